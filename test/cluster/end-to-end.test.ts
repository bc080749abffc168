import { passInCluster } from './e2e-in-cluster.fixtures.ts'

// Those of the spine, of Heap, and the walk through all pages.
passInCluster(['delivery.test.ts', 'restart.test.ts', 'browser/walk.test.ts'])
