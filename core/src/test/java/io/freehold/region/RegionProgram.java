package io.freehold.region;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.region.Region.Mark;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A random program on a region, against a model that knows every live block, its content
 * and what it ends with: the region, a mark, or an arena opened during one of them.
 */
final class RegionProgram {

	private final Region region;

	private final SplittableRandom random;

	/** The region's own lifetime at the bottom, then one for each open mark. */
	private final List<Lived> lifetimes = new ArrayList<>();

	private byte next;

	RegionProgram(Region region, SplittableRandom random) {
		this.region = region;
		this.random = random;
		this.lifetimes.add(new Lived(null));
	}

	/** Takes a step, which memory may be refused for: then nothing has changed. */
	void step() {
		try {
			switch (this.random.nextInt(20)) {
				case 0 -> this.lifetimes.add(new Lived(this.region.mark()));
				case 1 -> endMark();
				case 2 -> reset();
				case 3 -> top().arenas.add(new Opened(this.region.asArena()));
				case 4 -> closeArena();
				case 5, 6, 7 -> allocateInArena();
				case 8, 9 -> free();
				case 10, 11 -> grow();
				case 12, 13 -> shrink();
				default -> allocate();
			}
		}
		catch (AllocationException ex) {
			assertThat(ex.reason()).isIn(AllocationException.Reason.EXHAUSTED,
					AllocationException.Reason.LIMIT_EXCEEDED);
		}
	}

	private Lived top() {
		return this.lifetimes.getLast();
	}

	/** Ends a mark, not always the innermost. */
	private void endMark() {
		int marks = this.lifetimes.size() - 1;
		if (marks > 0) {
			int ended = (this.random.nextInt(3) == 0) ? 1 + this.random.nextInt(marks) : marks;
			Mark mark = this.lifetimes.get(ended).mark;
			if (mark != null) {
				mark.close();
			}
			List<Lived> gone = this.lifetimes.subList(ended, marks + 1);
			gone.forEach(Lived::assertEnded);
			gone.clear();
		}
	}

	private void reset() {
		if (this.random.nextInt(8) == 0) {
			this.region.reset();
			assertAllEnded();
			this.lifetimes.clear();
			this.lifetimes.add(new Lived(null));
		}
	}

	void assertAllEnded() {
		this.lifetimes.forEach(Lived::assertEnded);
	}

	private @Nullable Opened anyArena() {
		List<Opened> arenas = this.lifetimes.stream().flatMap((lived) -> lived.arenas.stream()).toList();
		return arenas.isEmpty() ? null : arenas.get(this.random.nextInt(arenas.size()));
	}

	private void closeArena() {
		Opened opened = anyArena();
		if (opened != null) {
			opened.arena.close();
			opened.assertEnded();
			this.lifetimes.forEach((lived) -> lived.arenas.remove(opened));
		}
	}

	private void allocateInArena() {
		Opened opened = anyArena();
		if (opened != null) {
			Layout layout = layout(1, (this.random.nextInt(10) == 0) ? 6_000 : 300);
			MemorySegment segment = opened.arena.allocate(layout.size(), layout.alignment());
			assertThat(allEqual(segment, (byte) 0)).isTrue();
			opened.blocks.add(block(segment, layout, ++this.next));
		}
	}

	private void allocate() {
		Layout layout = layout(1, (this.random.nextInt(10) == 0) ? 6_000 : 200);
		boolean zeroed = this.random.nextBoolean();
		MemorySegment segment = zeroed ? this.region.allocateZeroed(layout) : this.region.allocate(layout);
		assertThat(!zeroed || allEqual(segment, (byte) 0)).isTrue();
		top().blocks.add(block(segment, layout, ++this.next));
	}

	private void grow() {
		Block block = any();
		if (block != null) {
			long size = block.layout().size();
			Layout larger = layout(size, size + ((this.random.nextInt(5) == 0) ? 5_000 : 300));
			boolean zeroed = this.random.nextBoolean();
			MemorySegment segment = zeroed ? this.region.growZeroed(block.segment(), block.layout(), larger)
					: this.region.grow(block.segment(), block.layout(), larger);
			assertThat(allEqual(segment.asSlice(0, size), block.content())).isTrue();
			assertThat(!zeroed || allEqual(segment.asSlice(size), (byte) 0)).isTrue();
			replace(block, block(segment, larger, block.content()));
		}
	}

	private void shrink() {
		Block block = any();
		if (block != null) {
			Layout smaller = layout(1, block.layout().size());
			MemorySegment segment = this.region.shrink(block.segment(), block.layout(), smaller);
			assertThat(allEqual(segment, block.content())).isTrue();
			replace(block, block(segment, smaller, block.content()));
		}
	}

	private void free() {
		Block block = any();
		if (block != null) {
			this.region.deallocate(block.segment(), block.layout());
			this.lifetimes.forEach((lived) -> lived.blocks.remove(block));
		}
	}

	/** What was resized counts as taken since the latest mark. */
	private void replace(Block block, Block replacement) {
		this.lifetimes.forEach((lived) -> lived.blocks.remove(block));
		top().blocks.add(replacement);
	}

	private @Nullable Block any() {
		for (Lived lived : this.lifetimes.reversed()) {
			if (!lived.blocks.isEmpty() && this.random.nextBoolean()) {
				int last = lived.blocks.size() - 1;
				return lived.blocks.get(this.random.nextBoolean() ? last : this.random.nextInt(last + 1));
			}
		}
		return null;
	}

	private Layout layout(long least, long most) {
		long size = least + this.random.nextLong(most - least + 1);
		return Layout.of(size, 1L << this.random.nextInt((this.random.nextInt(10) == 0) ? 13 : 8));
	}

	private static Block block(MemorySegment segment, Layout layout, byte content) {
		assertThat(segment.address() % layout.alignment()).isZero();
		assertThat(segment.byteSize()).isEqualTo(layout.size());
		return new Block(segment.fill(content), layout, content);
	}

	void check(long seed) {
		assertThat(((BumpRegion) this.region).isValid()).isTrue();
		List<Block> all = this.lifetimes.stream()
			.flatMap(Lived::all)
			.sorted((one, other) -> Long.compare(one.segment().address(), other.segment().address()))
			.toList();
		long end = 0;
		for (Block block : all) {
			assertThat(block.segment().address()).as("seed %d: no overlap", seed).isGreaterThanOrEqualTo(end);
			end = block.segment().address() + block.segment().byteSize();
			assertThat(allEqual(block.segment(), block.content())).as("seed %d: content", seed).isTrue();
		}
	}

	private static boolean allEqual(MemorySegment segment, byte value) {
		for (byte b : segment.toArray(ValueLayout.JAVA_BYTE)) {
			if (b != value) {
				return false;
			}
		}
		return true;
	}

	private record Block(MemorySegment segment, Layout layout, byte content) {

	}

	/** What ends together. */
	private static final class Lived {

		private final @Nullable Mark mark;

		private final List<Block> blocks = new ArrayList<>();

		private final List<Opened> arenas = new ArrayList<>();

		Lived(@Nullable Mark mark) {
			this.mark = mark;
		}

		Stream<Block> all() {
			return Stream.concat(this.blocks.stream(),
					this.arenas.stream().flatMap((opened) -> opened.blocks.stream()));
		}

		void assertEnded() {
			assertThat(all()).noneMatch((block) -> block.segment().scope().isAlive());
			assertThat(this.arenas).noneMatch((opened) -> opened.arena.scope().isAlive());
		}

	}

	/** An arena and its blocks. */
	private static final class Opened {

		private final Arena arena;

		private final List<Block> blocks = new ArrayList<>();

		Opened(Arena arena) {
			this.arena = arena;
		}

		void assertEnded() {
			assertThat(this.arena.scope().isAlive()).isFalse();
			assertThat(this.blocks).noneMatch((block) -> block.segment().scope().isAlive());
		}

	}

}
