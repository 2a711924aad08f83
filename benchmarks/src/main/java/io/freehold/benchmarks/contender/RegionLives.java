package io.freehold.benchmarks.contender;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;

import org.openjdk.jmh.infra.Blackhole;

/**
 * Lives of regions. A layout is made for every block, as by users whose sizes vary.
 */
final class RegionLives implements Lives {

	private final ManagedAllocator allocator;

	private final boolean shared;

	private final boolean zeroed;

	RegionLives(ManagedAllocator allocator, boolean shared, boolean zeroed) {
		this.allocator = allocator;
		this.shared = shared;
		this.zeroed = zeroed;
	}

	@Override
	public void live(int[] sizes, int from, int to, Blackhole sink) {
		try (Region region = this.shared ? this.allocator.openSharedRegion() : this.allocator.openRegion()) {
			for (int i = from; i < to; i++) {
				Layout layout = Layout.of(sizes[i], Freehold.ALIGNMENT);
				MemorySegment block = this.zeroed ? region.allocateZeroed(layout) : region.allocate(layout);
				block.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
				sink.consume(block);
			}
		}
	}

}
