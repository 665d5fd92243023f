import {oneLine} from './reporters/plain-text.js'

/** The last line of a terminal, which is written anew in place. */
export interface LiveLine {
  clear(): void
  show(text: string): void
}

type Screen = Pick<NodeJS.WriteStream, 'columns' | 'write'>

const narrowest = 20
const usual = 80

/** A line that never becomes two: what is too long is cut off. */
export function liveLine(screen: Screen): LiveLine {
  let isShown = false
  const clear = () => {
    if (isShown) screen.write('\r\u001B[2K')
    isShown = false
  }
  return {
    clear,
    show(text) {
      clear()
      const width = Math.max(narrowest, (screen.columns || usual) - 1)
      const characters = [...oneLine(text)]
      screen.write(characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : characters.join(''))
      isShown = true
    },
  }
}
