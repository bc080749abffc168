import { passInCluster } from './e2e-in-cluster.fixtures.ts'

// A file of its own, as each has its time.
passInCluster(['persons.test.ts'])
