package io.freehold.benchmarks.contender;

import java.util.Optional;

import io.freehold.Allocator;
import io.freehold.backend.Backends;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.MemoryUsage;

/**
 * Freehold's allocators, all over the one backend under test.
 */
public final class Freehold {

	/** The system property that names the backend under test. */
	public static final String BACKEND_PROPERTY = "freehold.backend";

	/** The backend under test unless the property names another. */
	public static final String DEFAULT_BACKEND = "pooled";

	/** What a {@code long} in the block needs; every rival serves at least that. */
	static final long ALIGNMENT = 8;

	private static final long GIB = 1L << 30;

	private Freehold() {
	}

	/**
	 * Returns the backend under test.
	 */
	public static GlobalAlloc backend() {
		return Backends.get(System.getProperty(BACKEND_PROPERTY, DEFAULT_BACKEND));
	}

	/**
	 * Returns the memory usage of the backend under test, if it tells.
	 */
	public static Optional<MemoryUsage> usage() {
		return (backend() instanceof MemoryUsage usage) ? Optional.of(usage) : Optional.empty();
	}

	static RawAllocator raw() {
		return new Raw(backend());
	}

	static Allocator over() {
		return Global.over(backend());
	}

	static Allocator global() {
		return Installed.GLOBAL;
	}

	/**
	 * Returns a managed allocator two levels below the root, with limits at all three.
	 */
	public static ManagedAllocator managed() {
		return Tree.GRANDCHILD;
	}

	/**
	 * Returns the allocator of an application's requests: a child of the root, with
	 * limits at the root, the child and each region.
	 */
	public static ManagedAllocator requests() {
		return Requests.ALLOCATOR;
	}

	private static final class Raw implements RawAllocator {

		private final GlobalAlloc backend;

		Raw(GlobalAlloc backend) {
			this.backend = backend;
		}

		@Override
		public long allocate(long size) {
			return this.backend.allocate(size, ALIGNMENT);
		}

		@Override
		public void free(long address, long size) {
			this.backend.deallocate(address, size, ALIGNMENT);
		}

	}

	private static final class Installed {

		static final Allocator GLOBAL = install();

		private static Allocator install() {
			Global.install(backend());
			return Global.allocator();
		}

	}

	private static final class Tree {

		static final ManagedAllocator GRANDCHILD = ManagedAllocator.root(backend(), (spec) -> spec.limit(4 * GIB))
			.child("child", (spec) -> spec.limit(3 * GIB))
			.child("grandchild", (spec) -> spec.limit(2 * GIB));

	}

	private static final class Requests {

		static final ManagedAllocator ALLOCATOR = ManagedAllocator.root(backend(), (spec) -> spec.limit(4 * GIB))
			.child("request", (spec) -> spec.scope("request").limit(GIB).limitPerRegion(GIB >> 6));

	}

}
