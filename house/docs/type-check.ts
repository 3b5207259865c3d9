import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../tree.ts'

/** What the compiler has to say of these files, by file; all in one program, as a user's own would be. */
export function typeErrors(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root)
  const program = ts.createProgram([...files, join(root, 'house/docs/runtimes.d.ts')], {
    ...options,
    checkJs: true,
    // Matters of taste, in which users' own settings differ.
    noUnusedLocals: false,
    noUnusedParameters: false,
    noPropertyAccessFromIndexSignature: false,
  })
  return new Map(files.map((file) => [file, errorsIn(program, file)]))
}

function errorsIn(program: ts.Program, file: string): readonly string[] {
  const source = program.getSourceFile(file)
  if (!source) return ['it is not part of the program']
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  return found.map(({ messageText, start = 0 }) => {
    const line = source.getLineAndCharacterOfPosition(start).line + 1
    return `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
}
