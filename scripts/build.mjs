// @ts-check
// `npm run build`: builds every package.
import { build } from './setup.mjs'

build()
