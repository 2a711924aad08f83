/**
 * Freehold's allocator API, its backends, and the tree of managed allocators.
 */
module io.freehold.core {

	requires static transitive org.jspecify;

	exports io.freehold;
	exports io.freehold.spi;
	exports io.freehold.probe;
	exports io.freehold.budget;
	exports io.freehold.stats;
	exports io.freehold.region;
	exports io.freehold.backend;
	exports io.freehold.pool;
	exports io.freehold.managed;
	exports io.freehold.global;

	uses io.freehold.spi.GlobalAllocProvider;

	provides io.freehold.spi.GlobalAllocProvider with io.freehold.backend.SystemAllocProvider,
			io.freehold.pool.PooledAllocProvider;

}
