import { pinLoad } from './harness/machine.ts'
import { printResult } from './harness/result.ts'
import { run } from './leased.ts'

pinLoad()
printResult('leased', await run())
