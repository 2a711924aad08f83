package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.probe.AllocationProbe;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stats.AllocatorStats;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ManagedAllocatorTests {

	private static final Layout LAYOUT = Layout.of(64, 16);

	private final CheckingAlloc backend = new CheckingAlloc();

	private final List<String> events = new ArrayList<>();

	private final ManagedAllocator root = ManagedAllocator.root(this.backend,
			(spec) -> spec.limit(1000).scope("application").probe(new Recorder()));

	@AfterEach
	void everythingIsHome() {
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
		assertThat(this.root.budget().used()).isZero();
		assertThat(((Node) this.root).isValid()).isTrue();
		this.backend.assertAllHome();
	}

	@Test
	void names_areThePathsFromTheRoot() {
		ManagedAllocator child = child("image-cache", 100);
		ManagedAllocator grandchild = child.child("thumbs", (spec) -> spec.scope("request"));
		assertThat(this.root.name()).isEqualTo("root");
		assertThat(child.name()).isEqualTo("root/image-cache");
		assertThat(grandchild).hasToString("root/image-cache/thumbs");
		assertThat(grandchild.parent()).containsSame(child);
		assertThat(this.root.parent()).isEmpty();
		assertThat(child.scope()).isEqualTo("application");
		assertThat(grandchild.scope()).isEqualTo("request");
		assertThat(grandchild.backend()).isEqualTo("checking");
	}

	@Test
	void children_areListedInOrderUntilTheyClose() {
		ManagedAllocator b = child("b", 1);
		ManagedAllocator a = child("a", 1);
		List<ManagedAllocator> before = this.root.children();
		assertThat(before).containsExactly(b, a);
		b.close();
		assertThat(this.root.children()).containsExactly(a);
		assertThat(before).hasSize(2);
	}

	@Test
	void child_badName_isRefused() {
		child("taken", 1);
		for (String name : new String[] { "taken", "a/b", "/", "", " " }) {
			assertThatIllegalArgumentException().isThrownBy(() -> child(name, 1))
				.withMessageStartingWith("root: ")
				.withMessageContaining("'" + name + "'");
		}
		assertThat(this.root.children()).hasSize(1);
	}

	@Test
	void spec_badValue_isRefusedByName() {
		assertThatIllegalArgumentException().isThrownBy(() -> child("bad", -1))
			.withMessageContainingAll("root/bad", "-1");
		assertThatIllegalArgumentException().isThrownBy(() -> this.root.child("bad", (spec) -> spec.softLimit(-2)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.root.child("bad", (spec) -> spec.limitPerRegion(-3)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.root.child("bad", (spec) -> spec.regionChunkSize(255)));
		assertThat(this.root.children()).isEmpty();
	}

	@Test
	void listener_isToldOfWhatExistsAndOfWhatComesAndGoes() {
		ManagedAllocator early = child("early", 1);
		List<String> told = new ArrayList<>();
		AllocatorListener listener = new AllocatorListener() {

			@Override
			public void opened(ManagedAllocator allocator) {
				told.add("+" + allocator);
			}

			@Override
			public void closed(ManagedAllocator allocator) {
				told.add("-" + allocator);
			}

		};
		this.root.addListener(listener);
		early.child("late", (_) -> {
		});
		early.close();
		this.root.removeListener(listener);
		child("unheard", 1);
		assertThat(told).containsExactly("+root", "+root/early", "+root/early/late", "-root/early/late", "-root/early");
	}

	@Test
	void allocate_countsAgainstEveryAncestorAndNobodyElse() {
		ManagedAllocator child = child("child", 500);
		ManagedAllocator sibling = child("sibling", 500);
		ManagedAllocator grandchild = child.child("grandchild", (_) -> {
		});
		MemorySegment block = grandchild.allocate(LAYOUT);
		assertThat(block.byteSize()).isEqualTo(64);
		assertThat(this.root.budget().used()).isEqualTo(64);
		assertThat(child.budget().used()).isEqualTo(64);
		assertThat(sibling.budget().used()).isZero();
		assertThat(child.stats().allocations()).isZero();
		grandchild.deallocate(block, LAYOUT);
		assertThat(this.root.budget().used()).isZero();
		assertThat(this.root.budget().peak()).isEqualTo(64);
	}

	@Test
	void allocate_exactFit_isServedAndOneMoreByteIsNot() {
		MemorySegment all = this.root.allocate(Layout.ofBytes(1000));
		assertLimit(() -> this.root.allocate(Layout.ofBytes(1)));
		this.root.deallocate(all, Layout.ofBytes(1000));
		assertLimit(() -> this.root.allocateZeroed(Layout.ofBytes(1001)));
	}

	@Test
	void refusal_namesEveryLevelAndTheBiggestChildren() {
		ManagedAllocator web = child("web", 900);
		child("big", 900).allocate(Layout.ofBytes(500));
		child("small", 900).allocate(Layout.ofBytes(10));
		child("idle", 900);
		web.allocate(Layout.ofBytes(100));
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> web.allocate(Layout.of(400, 8)))
			.satisfies((ex) -> {
				assertThat(ex.allocatorName()).isEqualTo("root/web");
				assertThat(ex.layout()).isEqualTo(Layout.of(400, 8));
				assertThat(ex.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
			})
			.withMessage("root/web: could not allocate 400 bytes aligned to 8 (limit exceeded"
					+ "; root/web: limit 900, used 100, asked 400"
					+ "; root: limit 1000, used 610, asked 400 <- does not fit"
					+ ", biggest children: root/big with 500, root/web with 100, root/small with 10)");
	}

	@Test
	void refusal_ofAGrow_asksForTheDifference() {
		MemorySegment block = this.root.allocate(Layout.ofBytes(900));
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> this.root.grow(block, Layout.ofBytes(900), Layout.ofBytes(1001)))
			.withMessageContainingAll("could not allocate 1001 bytes", "used 900, asked 101 <- does not fit");
	}

	@Test
	void zeroSize_touchesNothing() {
		Layout nothing = Layout.of(0, 32);
		int calls = this.backend.calls();
		this.root.budget().setLimit(0);
		MemorySegment block = this.root.allocate(nothing);
		assertThat(block.address()).isEqualTo(32);
		assertThat(block.byteSize()).isZero();
		this.root.deallocate(this.root.growZeroed(block, nothing, Layout.of(0, 64)), Layout.of(0, 64));
		assertThat(this.root.shrink(block, nothing, Layout.of(0, 1)).address()).isEqualTo(1);
		this.root.deallocate(block, nothing);
		assertThat(this.backend.calls()).isEqualTo(calls);
		assertThat(this.root.stats().allocations()).isZero();
		this.root.budget().setLimit(100);
		MemorySegment grown = this.root.growZeroed(block, nothing, LAYOUT);
		assertThat(grown.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
		assertThat(this.root.shrink(grown, LAYOUT, nothing).byteSize()).isZero();
		assertThat(this.root.budget().used()).isZero();
	}

	@Test
	void growAndShrink_accountForTheDifferenceOnly() {
		MemorySegment block = this.root.allocate(Layout.ofBytes(600));
		// 400 more fit, a second block of 1000 would not
		MemorySegment grown = this.root.grow(block, Layout.ofBytes(600), Layout.ofBytes(1000));
		assertThat(this.root.budget().used()).isEqualTo(1000);
		MemorySegment shrunk = this.root.shrink(grown, Layout.ofBytes(1000), Layout.of(100, 64));
		assertThat(this.root.budget().used()).isEqualTo(100);
		assertThat(this.root.budget().peak()).isEqualTo(1000);
		this.root.deallocate(shrunk, Layout.of(100, 64));
		AllocatorStats stats = this.root.stats();
		assertThat(stats.allocations()).isEqualTo(1);
		assertThat(stats.reallocations()).isEqualTo(2);
		assertThat(stats.deallocations()).isEqualTo(1);
		assertThat(stats.allocatedBytes()).isEqualTo(1000);
		assertThat(stats.deallocatedBytes()).isEqualTo(1000);
		assertThat(this.events).containsExactly("+600", "-600", "+1000", "-1000", "+100", "-100");
	}

	@Test
	void grow_refused_changesNothing() {
		MemorySegment block = this.root.allocate(LAYOUT).fill((byte) 5);
		AllocatorStats before = this.root.stats();
		assertLimit(() -> this.root.grow(block, LAYOUT, Layout.of(1001, 16)));
		this.backend.refuse(1);
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> this.root.growZeroed(block, LAYOUT, Layout.of(128, 32)))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.EXHAUSTED));
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> this.root.grow(block, LAYOUT, Layout.ofBytes(1L << 48)))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.UNSUPPORTED_LAYOUT));
		assertThatIllegalArgumentException().isThrownBy(() -> this.root.grow(block, LAYOUT, Layout.of(63, 16)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.root.shrink(block, LAYOUT, Layout.of(65, 16)));
		assertThat(this.root.stats().minus(before).failures()).containsOnlyKeys(Reason.LIMIT_EXCEEDED, Reason.EXHAUSTED,
				Reason.UNSUPPORTED_LAYOUT);
		assertThat(this.root.stats().liveBytes()).isEqualTo(64);
		assertThat(this.root.budget().used()).isEqualTo(64);
		assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(5);
		assertThat(this.events).containsExactly("+64", "!LIMIT_EXCEEDED", "!EXHAUSTED", "!UNSUPPORTED_LAYOUT");
		this.root.deallocate(block, LAYOUT);
	}

	@Test
	void anyBackendCallRefused_leavesAllAsItWas() {
		int refusals = 0;
		for (int n = 1; n <= 200; n++) {
			this.backend.refuse(n);
			refusals += program(new SplittableRandom(42));
			this.backend.refuse(0);
			assertThat(this.root.budget().used()).as("after refusing call %d", n).isZero();
			assertThat(this.root.stats().liveBlocks()).isZero();
			assertThat(this.backend.live()).isZero();
			assertThat(((Node) this.root).isValid()).isTrue();
		}
		assertThat(refusals).isGreaterThan(100);
	}

	/** Allocates, resizes and frees; returns how often it was refused. */
	private int program(SplittableRandom random) {
		int refusals = 0;
		for (int i = 0; i < 60; i++) {
			Layout layout = Layout.of(random.nextInt(1, 200), 8);
			Layout larger = Layout.of(layout.size() + random.nextInt(200), random.nextBoolean() ? 8 : 64);
			Layout smaller = Layout.of(random.nextInt(1, (int) larger.size() + 1), random.nextBoolean() ? 8 : 64);
			try {
				MemorySegment block = this.root.allocate(layout).fill((byte) i);
				try {
					block = this.root.growZeroed(block, layout, larger);
					layout = larger;
					block = this.root.shrink(block, larger, smaller);
					layout = smaller;
				}
				catch (AllocationException ex) {
					refusals++;
				}
				assertThat(block.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) i);
				this.root.deallocate(block, layout);
			}
			catch (AllocationException ex) {
				refusals++;
			}
		}
		return refusals;
	}

	@Test
	void childBackend_countsAsItsOwnNodeOfTheTree() {
		GlobalAlloc raw = this.root.childBackend("global", (spec) -> spec.limit(300));
		assertThat(raw.name()).isEqualTo("checking");
		long address = raw.allocateZeroed(100, 8);
		ManagedAllocator node = this.root.children().getFirst();
		assertThat(node.name()).isEqualTo("root/global");
		assertThat(this.root.budget().used()).isEqualTo(100);
		long moved = raw.reallocate(address, 100, 8, 300);
		assertThat(moved).isNotZero();
		assertThat(raw.allocate(1, 1)).isZero();
		assertThat(raw.reallocate(moved, 300, 8, 301)).isZero();
		assertThat(node.stats().failures(Reason.LIMIT_EXCEEDED)).isEqualTo(2);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> raw.deallocate(moved, 299, 8));
		raw.deallocate(moved, 300, 8);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> raw.deallocate(moved, 300, 8));
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> raw.reallocate(moved, 300, 8, 10));
		assertThat(this.root.budget().used()).isZero();
	}

	@Test
	void childBackend_outlivesTheTree() {
		GlobalAlloc raw = this.root.childBackend("global", (_) -> {
		});
		long before = raw.allocate(100, 8);
		this.root.allocate(LAYOUT);
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
		assertThat(this.root.budget().used()).isEqualTo(100);
		long after = raw.allocate(50, 8);
		assertThat(after).isNotZero();
		raw.deallocate(before, 100, 8);
		raw.deallocate(after, 50, 8);
		assertThat(this.root.budget().used()).isZero();
		assertThat(this.root.stats().leakedBlocks()).isEqualTo(1);
	}

	@Test
	void views_areTheSameAllocator() {
		MemorySegment block = this.root.byRef().allocate(LAYOUT);
		this.root.deallocate(block, LAYOUT);
		MemorySegment lent = this.root.asSegmentAllocator().allocate(40, 8);
		assertThat(lent.byteSize()).isEqualTo(40);
		assertThat(this.root.budget().used()).isEqualTo(40);
		this.root.close();
		assertThat(lent.scope().isAlive()).isFalse();
	}

	private ManagedAllocator child(String name, long limit) {
		return this.root.child(name, (spec) -> spec.limit(limit));
	}

	private static void assertLimit(ThrowingCallable call) {
		assertThatExceptionOfType(AllocationException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.LIMIT_EXCEEDED));
	}

	private final class Recorder implements AllocationProbe {

		@Override
		public void allocated(String allocator, long address, long size) {
			ManagedAllocatorTests.this.events.add("+" + size);
		}

		@Override
		public void deallocated(String allocator, long address, long size) {
			ManagedAllocatorTests.this.events.add("-" + size);
		}

		@Override
		public void failed(String allocator, Layout layout, Reason reason) {
			ManagedAllocatorTests.this.events.add("!" + reason);
		}

	}

}
