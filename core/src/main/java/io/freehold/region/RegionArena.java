package io.freehold.region;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import io.freehold.Layout;
import io.freehold.internal.Memory;
import io.freehold.internal.sync.StackSpace;

/**
 * An arena whose memory comes from a region. Its scope is that of a JDK arena of the
 * region's kind, which therefore sees to the rules about threads and liveness.
 */
final class RegionArena implements Arena {

	private final BumpRegion region;

	/** Chunks of its own, so that the lives of other blocks do not matter to it. */
	private final Chunks memory;

	private final Lifetime lifetime;

	private final Arena arena;

	RegionArena(BumpRegion region, Chunks memory, Lifetime lifetime) {
		this.region = region;
		this.memory = memory;
		this.lifetime = lifetime;
		this.arena = lifetime.arena();
	}

	@Override
	public MemorySegment allocate(long byteSize, long byteAlignment) {
		Layout layout = Layout.of(byteSize, byteAlignment);
		StackSpace.forOperation();
		this.region.enter();
		try {
			requireAlive();
			if (byteSize == 0) {
				return Memory.segment(byteAlignment, 0, this.arena);
			}
			return this.region.place(layout, this.memory, this.lifetime).fill((byte) 0);
		}
		finally {
			this.region.exit();
		}
	}

	@Override
	public MemorySegment.Scope scope() {
		return this.arena.scope();
	}

	@Override
	public void close() {
		StackSpace.forOperation();
		this.region.enter();
		try {
			requireAlive();
			this.lifetime.endArena();
		}
		finally {
			this.region.exit();
		}
	}

	private void requireAlive() {
		if (!this.arena.scope().isAlive()) {
			throw new IllegalStateException("Already closed");
		}
	}

}
