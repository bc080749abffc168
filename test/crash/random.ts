export { type Random, randomFrom } from '../../verify/random.ts'
