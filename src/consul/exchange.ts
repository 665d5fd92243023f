import {setMaxListeners} from 'node:events'
import type {IncomingHttpHeaders} from 'node:http'

import type {Dispatcher} from 'undici'

import {RequestError} from './request-error.js'

/** A request as it goes over the wire; `where` names it in an error. */
export interface OutgoingRequest {
  readonly body: string | null
  readonly headers: Record<string, string>
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT'
  /** With the query. */
  readonly path: string
  readonly where: string
}

export interface WholeAnswer {
  readonly headers: IncomingHttpHeaders
  readonly status: number
  readonly text: string
}

/**
 * One request and the whole of its answer, taken from undici without a stream and a signal of its own: those are half of what a request costs.
 * @param timeoutMs for everything, waiting for a connection included.
 * @throws RequestError `timeout`, the reason of the signal once it is aborted, and what undici says of everything else.
 */
export function exchange(
  dispatcher: Dispatcher,
  {where, ...request}: OutgoingRequest,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let headers: IncomingHttpHeaders = {}
    let status = 0
    let controller: Dispatcher.DispatchController | undefined
    let stopped: Error | undefined
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const fail = (error: Error) => {
      end()
      reject(error)
    }
    const stop = (error: Error) => {
      stopped = error
      fail(error)
      controller?.abort(error)
    }
    const onAbort = () => stop(signal?.reason as Error)
    const timer = setTimeout(() => stop(new RequestError('timeout', `${where}: no answer in time`)), timeoutMs)
    if (signal?.aborted) return onAbort()
    if (signal) {
      // As many requests as there are wait for it: that is no leak.
      setMaxListeners(0, signal)
      signal.addEventListener('abort', onAbort)
    }
    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started
        if (stopped) started.abort(stopped)
      },
      onResponseData(_, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        end()
        resolve({headers, status, text: textOf(chunks)})
      },
      onResponseError: (_, error) => fail(error),
      onResponseStart(_, statusCode, received) {
        chunks = []
        headers = received
        status = statusCode
      },
    })
  })
}

function textOf([first, ...others]: readonly Buffer[]): string {
  if (first === undefined) return ''
  return (others.length === 0 ? first : Buffer.concat([first, ...others])).toString('utf8')
}
