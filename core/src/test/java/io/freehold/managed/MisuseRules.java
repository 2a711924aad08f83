package io.freehold.managed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stats.AllocatorStats;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each kind of misuse is refused, by name, and changes nothing: over one backend and the
 * other, by an allocator and by a heap of it.
 */
abstract class MisuseRules {

	private static final Layout LAYOUT = Layout.of(64, 16);

	private static final Layout LARGER = Layout.of(128, 16);

	private ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (_) -> {
	});

	private ManagedAllocator node = this.root;

	private ManagedAllocator sibling = this.root;

	private Allocator subject = this.root;

	private MemorySegment block = MemorySegment.NULL;

	abstract GlobalAlloc backend();

	/** Returns what is misused, of a node: the node itself unless overridden. */
	Allocator subject(ManagedAllocator node) {
		return node;
	}

	void assertAllHome() {
	}

	@BeforeEach
	void allocate() {
		this.root = ManagedAllocator.root(backend(), (_) -> {
		});
		this.node = this.root.child("node", (_) -> {
		});
		this.sibling = this.root.child("sibling", (_) -> {
		});
		this.subject = subject(this.node);
		this.block = this.subject.allocate(LAYOUT);
		this.block.fill((byte) 7);
	}

	@AfterEach
	void close() {
		assertThat(this.node.stats().leakedBlocks()).isZero();
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
		assertThat(this.root.budget().used()).isZero();
		assertThat(((Node) this.node).isValid()).isTrue();
		assertAllHome();
	}

	@Test
	void deallocate_otherAlignment_isALayoutMismatch() {
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.deallocate(this.block, Layout.of(64, 32)))
			.withMessageContainingAll("root/node", "size 64", "alignment 16", "alignment 32");
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.deallocate(this.block, Layout.of(64, 8)));
		freeable();
	}

	@Test
	void deallocate_otherSize_isALayoutMismatch() {
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.deallocate(this.block, Layout.of(65, 16)))
			.withMessageContainingAll("size 64", "size 65");
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.deallocate(this.block, Layout.of(63, 16)));
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.deallocate(this.block, Layout.of(64 + (1L << 58), 16)));
		freeable();
	}

	@Test
	void deallocate_zeroSizeLayoutForABlock_isALayoutMismatch() {
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.deallocate(this.block, Layout.of(0, 16)));
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.grow(this.block, Layout.of(0, 16), LAYOUT));
		freeable();
	}

	@Test
	void deallocate_twice_isADoubleFree() {
		MemorySegment other = this.subject.allocate(Layout.of(4000, 16));
		this.subject.deallocate(other, Layout.of(4000, 16));
		refuses(Kind.DOUBLE_FREE, () -> this.subject.deallocate(other, Layout.of(4000, 16)))
			.withMessageContaining("freed before");
		freeable();
	}

	@Test
	void deallocate_whileAnotherThreadResizesTheBlock_saysSo() {
		Gate gate = (this.subject instanceof NodeHeap heap) ? heap.gate() : ((Node) this.node).gate;
		assertThat(gate.blocks.tryClaim(this.block.address(), 64, 16)).isTrue();
		refusesClaimed(Kind.DOUBLE_FREE, () -> this.subject.deallocate(this.block, LAYOUT));
		refusesClaimed(Kind.USE_AFTER_FREE, () -> this.subject.grow(this.block, LAYOUT, LARGER));
		gate.blocks.restore(this.block.address(), 64, 16);
		freeable();
	}

	private static void refusesClaimed(Kind kind, ThrowingCallable call) {
		assertThatExceptionOfType(MisuseException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(kind))
			.withMessageContaining("another thread is resizing");
	}

	@Test
	void growAndShrink_wrongOldLayout_isALayoutMismatch() {
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.grow(this.block, Layout.of(63, 16), LARGER));
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.growZeroed(this.block, Layout.of(64, 8), LARGER));
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.shrink(this.block, LARGER, Layout.of(16, 16)));
		refuses(Kind.LAYOUT_MISMATCH, () -> this.subject.shrink(this.block, LARGER, Layout.of(0, 16)));
		freeable();
	}

	@Test
	void growAndShrink_freedBlock_isAUseAfterFree() {
		Layout layout = Layout.of(4000, 16);
		MemorySegment freed = this.subject.allocate(layout);
		this.subject.deallocate(freed, layout);
		refuses(Kind.USE_AFTER_FREE, () -> this.subject.grow(freed, layout, Layout.of(5000, 16)));
		refuses(Kind.USE_AFTER_FREE, () -> this.subject.growZeroed(freed, layout, Layout.of(5000, 32)));
		refuses(Kind.USE_AFTER_FREE, () -> this.subject.shrink(freed, layout, Layout.of(10, 16)));
		refuses(Kind.USE_AFTER_FREE, () -> this.subject.shrink(freed, layout, Layout.of(0, 16)));
		freeable();
	}

	@Test
	void oldSegment_afterARealignment_isRefused() {
		MemorySegment moved = this.subject.grow(this.block, LAYOUT, Layout.of(64, 64));
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> this.subject.deallocate(this.block, LAYOUT));
		assertThat(this.node.budget().used()).isEqualTo(64);
		this.subject.deallocate(moved, Layout.of(64, 64));
	}

	@Test
	void deallocate_siblingsOrParentsBlock_isTheWrongAllocator() {
		MemorySegment theirs = this.sibling.allocate(LAYOUT);
		MemorySegment roots = this.root.allocate(LAYOUT);
		refuses(Kind.WRONG_ALLOCATOR, () -> this.subject.deallocate(theirs, LAYOUT))
			.withMessageContaining("root/sibling");
		refuses(Kind.WRONG_ALLOCATOR, () -> this.subject.grow(roots, LAYOUT, LARGER)).withMessageContaining("root");
		refuses(Kind.WRONG_ALLOCATOR, () -> this.subject.shrink(roots, LAYOUT, Layout.of(0, 16)));
		this.sibling.deallocate(theirs, LAYOUT);
		this.root.deallocate(roots, LAYOUT);
		freeable();
	}

	@Test
	void deallocate_memoryOfNobody_isAnUnknownBlock() {
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment foreign = arena.allocate(64, 16);
			refuses(Kind.UNKNOWN_BLOCK, () -> this.subject.deallocate(foreign, LAYOUT));
			refuses(Kind.UNKNOWN_BLOCK, () -> this.subject.grow(foreign, LAYOUT, LARGER));
		}
		refuses(Kind.UNKNOWN_BLOCK, () -> this.subject.deallocate(MemorySegment.NULL.asSlice(0, 0), Layout.ofBytes(1)));
		freeable();
	}

	@Test
	void deallocate_anotherTreesBlock_isAnUnknownBlock() {
		try (ManagedAllocator other = ManagedAllocator.root(Backends.get("system"), (_) -> {
		})) {
			MemorySegment theirs = other.allocate(LAYOUT);
			refuses(Kind.UNKNOWN_BLOCK, () -> this.subject.deallocate(theirs, LAYOUT));
			other.deallocate(theirs, LAYOUT);
		}
		freeable();
	}

	@Test
	void deallocate_heapSegment_isAnUnknownBlock() {
		MemorySegment heap = MemorySegment.ofArray(new byte[64]);
		refuses(Kind.UNKNOWN_BLOCK, () -> this.subject.deallocate(heap, Layout.ofBytes(64)));
		refuses(Kind.UNKNOWN_BLOCK, () -> this.subject.grow(heap, Layout.ofBytes(64), LARGER));
		refuses(Kind.UNKNOWN_BLOCK, () -> this.subject.shrink(heap, Layout.ofBytes(64), Layout.ofBytes(1)));
		refuses(Kind.UNKNOWN_BLOCK,
				() -> this.subject.deallocate(MemorySegment.ofArray(new byte[0]), Layout.ofBytes(0)));
		freeable();
	}

	@Test
	void deallocate_addressInsideABlock_isAnInteriorPointer() {
		refuses(Kind.INTERIOR_POINTER, () -> this.subject.deallocate(this.block.asSlice(16, 48), Layout.of(48, 16)))
			.withMessageContaining("64 bytes");
		refuses(Kind.INTERIOR_POINTER,
				() -> this.subject.grow(this.block.asSlice(63), Layout.ofBytes(1), Layout.ofBytes(2)));
		freeable();
	}

	@Test
	void deallocate_sliceOfTheStart_isTheBlock() {
		// only the address matters
		this.subject.deallocate(MemorySegment.ofAddress(this.block.address()), LAYOUT);
		assertThat(this.node.budget().used()).isZero();
	}

	@Test
	void deallocate_byTwoThreadsAtOnce_letsExactlyOneWin() {
		this.subject.deallocate(this.block, LAYOUT);
		for (int round = 0; round < 1_000; round++) {
			MemorySegment disputed = this.subject.allocate(LAYOUT);
			AtomicInteger refusals = new AtomicInteger();
			Race.run(2, (thread) -> {
				try {
					if (thread == 0) {
						this.subject.deallocate(disputed, LAYOUT);
					}
					else {
						this.subject.shrink(disputed, LAYOUT, Layout.of(0, 16));
					}
				}
				catch (MisuseException ex) {
					assertThat(ex.kind()).isIn(Kind.DOUBLE_FREE, Kind.USE_AFTER_FREE);
					refusals.incrementAndGet();
				}
			});
			assertThat(refusals).hasValue(1);
			assertThat(this.node.budget().used()).isZero();
		}
		assertThat(this.node.stats().liveBlocks()).isZero();
	}

	@Test
	void growAndDeallocate_atOnce_letExactlyOneWin() {
		this.subject.deallocate(this.block, LAYOUT);
		for (int round = 0; round < 1_000; round++) {
			MemorySegment disputed = this.subject.allocate(LAYOUT);
			AtomicInteger wins = new AtomicInteger();
			Race.run(2, (thread) -> {
				try {
					if (thread == 0) {
						this.subject.deallocate(this.subject.grow(disputed, LAYOUT, LARGER), LARGER);
					}
					else {
						this.subject.deallocate(disputed, LAYOUT);
					}
					wins.incrementAndGet();
				}
				catch (MisuseException ex) {
					assertThat(ex.kind()).isIn(Kind.DOUBLE_FREE, Kind.USE_AFTER_FREE, Kind.LAYOUT_MISMATCH);
				}
			});
			assertThat(wins).hasValue(1);
			assertThat(this.node.budget().used()).isZero();
		}
	}

	private ThrowableAssertAlternative<MisuseException> refuses(Kind kind, ThrowingCallable call) {
		AllocatorStats nodes = this.node.stats();
		AllocatorStats siblings = this.sibling.stats();
		long used = this.root.budget().used();
		var refusal = assertThatExceptionOfType(MisuseException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(kind))
			.withMessageStartingWith("root/node: ");
		assertThat(this.node.stats()).isEqualTo(nodes);
		assertThat(this.sibling.stats()).isEqualTo(siblings);
		assertThat(this.root.budget().used()).isEqualTo(used);
		assertThat(((Node) this.node).isValid()).isTrue();
		return refusal;
	}

	private void freeable() {
		assertThat(this.block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
		MemorySegment grown = this.subject.grow(this.block, LAYOUT, LARGER);
		assertThat(grown.asSlice(0, 64).toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
		this.subject.deallocate(grown, LARGER);
		assertThat(this.node.budget().used()).isZero();
	}

}
