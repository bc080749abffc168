import { Socket } from 'node:net'
import { forbidden, literalProblem } from './address-problem.ts'
import type { AddressRule } from './address-rule.ts'
import { checkedLookup } from './checked-lookup.ts'

/**
 * A socket for a client library that opens its connection itself, as `socket.connect(port, host)`: it goes to addresses that
 * the rule allows and to no others, checked where the name is looked up. What is not allowed is an error of the code
 * `FORBIDDEN`.
 */
export function guardedSocket(rule: AddressRule): Socket {
  const socket = new Socket()
  const lookup = checkedLookup(rule)
  const connect = socket.connect.bind(socket)
  const open = (port: number, host: string): Socket => {
    const problem = literalProblem(rule, host)
    if (problem !== undefined) return socket.destroy(forbidden(host, problem))
    return connect({ port, host, lookup, autoSelectFamily: true })
  }
  return Object.assign(socket, { connect: open })
}
