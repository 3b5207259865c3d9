import { accessSync, constants, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where a gateway and its operators meet, when nobody says otherwise: the user's own state (XDG base directories). */
export const TOKEN_FILE = join(
  process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'),
  'merlon',
  'admin-token',
)

/** The file, where one can be made there; a container may have no such place, and does without. */
export function usableTokenFile(file: string): string | false {
  if (file === 'off') return false
  if (file !== TOKEN_FILE) return file
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    accessSync(dirname(file), constants.W_OK)
    return file
  } catch {
    return false
  }
}
