import type {FileView} from '../file-view.js'
import type {Issue} from '../issue.js'

/** Something that takes more than one value to judge. Values that are invalid in themselves are missing from the view; a rule leaves them alone. */
export type Rule = (file: FileView) => Issue[]
