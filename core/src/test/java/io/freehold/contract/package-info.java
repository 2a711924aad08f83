/**
 * The contract of allocators and backends as tests, to be run against any implementation.
 *
 * <p>
 * An allocator is put to the test by extending
 * {@link io.freehold.contract.AllocatorContract}, a backend by extending
 * {@link io.freehold.contract.GlobalAllocContract}; whoever builds allocators on backends
 * adds {@link io.freehold.contract.FaultSweepContract}. The display names of the tests
 * begin with the number of the behaviour in Freehold's list of behaviours.
 */
@NullMarked
package io.freehold.contract;

import org.jspecify.annotations.NullMarked;
