import type { ServerResponse } from 'node:http'
import type { NextFunction, Request, Response } from 'express'
import type { RequestInput } from '../../contract/facts.ts'
import type { RoutedInput } from '../../guard/expand/written.ts'
import type { ExpressRequest } from './middleware.ts'

declare const input: unique symbol

/**
 * Express' types carry what one handler says of a request over to the next: its body, and the answer's locals. These
 * take the whole input along, under a key that nobody can name and that is never there.
 */
export interface Carrying<S> {
  readonly [input]?: RoutedInput<S>
}

/** What handlers with a request of this type know of its input. */
export type InputIn<R> = R extends { readonly res?: { readonly locals: infer L } | undefined }
  ? typeof input extends keyof L
    ? Exclude<L[typeof input], undefined>
    : RequestInput
  : RequestInput

/**
 * The body that stands where a handler looks for what came; without a schema it is not spoken of. Nor are params and
 * query: they would have to be texts for every handler beside this one whose types are Express' own.
 */
type Replaced<S> = unknown extends RoutedInput<S>['body'] ? unknown : { readonly body: RoutedInput<S>['body'] }

type Next = (error?: unknown) => void

/** A middleware that tells the handlers after it what they will find. */
export type TypedMiddleware<S> = (
  req: ExpressRequest & Replaced<S>,
  res: ServerResponse & ([keyof S] extends [never] ? unknown : { readonly locals: Carrying<S> }),
  next: Next,
) => void

type Or<Known, Else> = unknown extends Known ? Else : Known

/** A handler that knows its input by the section that stands beside it. */
export type TypedHandler<S> = (
  req: Request<
    Or<RoutedInput<S>['params'], Request['params']>,
    unknown,
    Or<RoutedInput<S>['body'], Request['body']>,
    Or<RoutedInput<S>['query'], Request['query']>,
    Carrying<S>
  >,
  res: Response,
  next: NextFunction,
) => unknown
