import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isBuilt } from '../scripts/setup.mjs'
import { root } from './tree.ts'

/** An empty project outside the repository, with the packed library installed in it and nothing else. */
export class Project {
  readonly folder: string

  constructor() {
    if (!isBuilt()) throw new Error('The packages are not built from the present sources: run `npm run build` first')
    this.folder = mkdtempSync(join(tmpdir(), 'merlon-packed-'))
    this.write('package.json', '{ "name": "project", "private": true }')
    const tarball = npm(['pack', '--workspace', 'merlon', '--pack-destination', this.folder, '--silent'], root).trim()
    npm(['install', '--offline', '--ignore-scripts', '--no-package-lock', join(this.folder, tarball)], this.folder)
  }

  /** What npm installed, npm's own files left out. */
  installed(): string[] {
    return readdirSync(join(this.folder, 'node_modules')).filter((name) => !name.startsWith('.'))
  }

  /** The library's code as it is installed. */
  built(): { name: string; text: string }[] {
    const folder = join(this.folder, 'node_modules/merlon/dist')
    const names = readdirSync(folder).filter((name) => /(?<!\.d)\.c?js$/.test(name))
    return names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  }

  write(path: string, text: string): string {
    const file = join(this.folder, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
    return file
  }

  /** Runs a file with Node and gives what it printed; throws with what it said where it fails. */
  run(path: string, ...args: string[]): string {
    return this.node(join(this.folder, path), ...args)
  }

  /** The same for a tool of the repository, run in this project. */
  tool(path: string, ...args: string[]): string {
    return this.node(join(root, 'node_modules', path), ...args)
  }

  private node(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: this.folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`node ${args.join(' ')} exited with ${status}:\n${stdout}${stderr}`)
    return stdout
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function npm(args: string[], cwd: string): string {
  const path = process.env['npm_execpath']
  if (path) return execFileSync(process.execPath, [path, ...args], { cwd, encoding: 'utf8' })
  return execFileSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
}
