// @ts-check
// `npm run build`: writes the generated files and builds every package.
import { build, generate, install } from './setup.mjs'

install()
generate()
build()
