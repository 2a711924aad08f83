package io.freehold.global;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The backend that follows what is attached.
 */
class SwitchingAllocTests {

	private static final Layout LAYOUT = Layout.of(64, 8);

	private final SwitchingAlloc switching = new SwitchingAlloc();

	private final Allocator global = Global.over(this.switching);

	private static ManagedAllocator root(String backend, long limit) {
		return ManagedAllocator.root(Backends.get(backend), (spec) -> spec.limit(limit));
	}

	private GlobalAttachment attach(ManagedAllocator root) {
		return this.switching.attach(root, "test", (_) -> {
		});
	}

	/** Before the resource would be closed. */
	private static void detach(GlobalAttachment attachment) {
		attachment.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "pooled", "system" })
	void block_isFreedAndResizedInTheBooksItWasTakenFrom(String backend) {
		try (ManagedAllocator first = root(backend, 1000);
				ManagedAllocator second = root(backend, 100_000);
				GlobalAttachment older = attach(first)) {
			MemorySegment kept = this.global.allocate(LAYOUT);
			MemorySegment grown = this.global.allocate(LAYOUT);
			try (GlobalAttachment newer = attach(second)) {
				assertThat(this.global.allocate(LAYOUT).byteSize()).isEqualTo(64);
				Layout larger = Layout.of(128, 8);
				grown = this.global.grow(grown, LAYOUT, larger);
				assertThat(first.budget().used()).isEqualTo(192);
				assertThat(second.budget().used()).isEqualTo(64);
				detach(older);
				grown.set(ValueLayout.JAVA_LONG, 120, 42);
				Layout huge = Layout.of(50_000, 8);
				MemorySegment moved = this.global.grow(grown, larger, huge);
				assertThat(moved.get(ValueLayout.JAVA_LONG, 120)).isEqualTo(42);
				assertThat(first.budget().used()).isEqualTo(64);
				assertThat(second.budget().used()).isEqualTo(50_064);
				this.global.deallocate(kept, LAYOUT);
				assertThat(first.budget().used()).isZero();
				assertThat(first.children()).isEmpty();
				assertThat(this.switching.holders()).hasSize(1);
				this.global.deallocate(moved, huge);
				detach(newer);
			}
		}
	}

	@Test
	void misuse_isToldByTheBooksThatKnowTheBlock() {
		try (ManagedAllocator first = root("pooled", 1000);
				ManagedAllocator second = root("pooled", 1000);
				GlobalAttachment older = attach(first);
				GlobalAttachment newer = attach(second)) {
			detach(newer);
			MemorySegment block = this.global.allocate(LAYOUT);
			try (GlobalAttachment newest = this.switching.attach(second, "again", (_) -> {
			})) {
				assertThat(newest).isNotNull();
				assertMisuse(Kind.LAYOUT_MISMATCH, block, Layout.of(65, 8));
				assertMisuse(Kind.INTERIOR_POINTER, block.asSlice(8, 8), Layout.of(8, 8));
				assertMisuse(Kind.WRONG_ALLOCATOR, second.allocate(LAYOUT), LAYOUT);
				detach(older);
				assertMisuse(Kind.LAYOUT_MISMATCH, block, Layout.of(65, 8));
				this.global.deallocate(block, LAYOUT);
				assertMisuse(Kind.UNKNOWN_BLOCK, block, LAYOUT);
			}
		}
	}

	private void assertMisuse(Kind kind, MemorySegment block, Layout layout) {
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> this.global.deallocate(block, layout))
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(kind));
		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> this.global.grow(block, layout, Layout.of(200, layout.alignment())))
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(kind));
	}

	@Test
	void refusal_namesTheBudget() {
		try (ManagedAllocator root = root("pooled", 100); GlobalAttachment attachment = attach(root)) {
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> this.global.allocate(Layout.ofBytes(101)))
				.withMessageContaining("root: limit 100, used 0, asked 101 <- does not fit")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.LIMIT_EXCEEDED));
			MemorySegment block = this.global.allocate(LAYOUT);
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> this.global.grow(block, LAYOUT, Layout.of(128, 8)))
				.withMessageContaining("root: limit 100, used 64, asked 64 <- does not fit");
			assertThat(this.switching.reallocate(block.address(), 64, 8, 128)).isZero();
			this.global.deallocate(block, LAYOUT);
			detach(attachment);
		}
	}

	@Test
	void whatNothingServes_comesFromTheRest() {
		MemorySegment block = this.global.allocate(LAYOUT);
		assertThat(this.switching.name()).isEqualTo("system");
		try (ManagedAllocator root = root("pooled", 1000); GlobalAttachment attachment = attach(root)) {
			assertThat(attachment).isNotNull();
			assertThat(this.switching.holders()).hasSize(2);
			this.global.deallocate(block, LAYOUT);
			assertThat(this.switching.holders()).hasSize(1);
		}
	}

	@Test
	void attachmentsThatComeAndGo_loseAndRefuseNothing() throws Exception {
		long seed = System.nanoTime();
		AtomicBoolean stop = new AtomicBoolean();
		List<ManagedAllocator> roots = new ArrayList<>();
		try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
			List<Future<?>> users = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				SplittableRandom random = new SplittableRandom(seed + i);
				users.add(executor.submit(() -> use(random, stop)));
			}
			SplittableRandom random = new SplittableRandom(seed);
			List<GlobalAttachment> attached = new ArrayList<>();
			for (int i = 0; i < 2_000; i++) {
				if (attached.size() < 3 && random.nextBoolean()) {
					ManagedAllocator root = root("pooled", 1 << 30);
					roots.add(root);
					attached.add(attach(root));
				}
				else if (!attached.isEmpty()) {
					attached.remove(random.nextInt(attached.size())).close();
				}
			}
			attached.forEach(GlobalAttachment::close);
			stop.set(true);
			for (Future<?> user : users) {
				user.get(60, TimeUnit.SECONDS);
			}
		}
		assertThat(this.switching.holders()).as("seed %d", seed).allSatisfy((holder) -> {
			assertThat(holder.current()).isTrue();
			assertThat(holder.bytes()).isZero();
		});
		for (ManagedAllocator root : roots) {
			assertThat(root.budget().used()).as("seed %d", seed).isZero();
			assertThat(root.children()).as("seed %d", seed).isEmpty();
			root.close();
			assertThat(root.isClosed()).isTrue();
		}
	}

	private void use(SplittableRandom random, AtomicBoolean stop) {
		List<MemorySegment> blocks = new ArrayList<>();
		while (!stop.get() || !blocks.isEmpty()) {
			int choice = stop.get() ? 3 : random.nextInt(4);
			if (blocks.isEmpty() || (choice < 2 && blocks.size() < 50)) {
				blocks.add(this.global.allocateZeroed(Layout.of(random.nextInt(1, 500), 8)));
			}
			else {
				MemorySegment block = blocks.remove(random.nextInt(blocks.size()));
				Layout layout = Layout.of(block.byteSize(), 8);
				if (choice == 2) {
					block.set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
					block = this.global.grow(block, layout, Layout.of(block.byteSize() + 100, 8));
					assertThat(block.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
					layout = Layout.of(block.byteSize(), 8);
				}
				this.global.deallocate(block, layout);
			}
		}
	}

}
