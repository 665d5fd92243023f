import {readFile, rename} from 'node:fs/promises'

/**
 * @param {string} path
 * @returns {Promise<string | undefined>} the text, or undefined where there is no such file
 */
export async function readIfThere(path) {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * @param {string} from
 * @param {string} to
 * @returns {Promise<boolean>} false where there was nothing to move
 */
export async function moveIfThere(from, to) {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}

/**
 * @param {unknown} error
 * @param {string} code such as `ENOENT`
 */
export function isErrno(error, code) {
  return error instanceof Error && 'code' in error && error.code === code
}
