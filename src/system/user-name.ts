import {userInfo} from 'node:os'

/** The name of the user, or its number where the system knows no name for it, as in a container. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}
