package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import com.sun.management.ThreadMXBean;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.pool.PooledAlloc;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What trees of many allocators say, and what that costs.
 */
class ManyAllocatorsTests {

	private static final Layout LAYOUT = Layout.of(64, 8);

	private static final Logger LOG = Logger.getLogger("io.freehold");

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final PooledAlloc pool = new PooledAlloc();

	private final ManagedAllocator root = ManagedAllocator.root(this.pool, (_) -> {
	});

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final Handler recorder = new Handler() {

		@Override
		public void publish(LogRecord line) {
			ManyAllocatorsTests.this.lines.add(line.getLevel() + " " + line.getMessage());
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	};

	@BeforeEach
	void record() {
		LOG.addHandler(this.recorder);
	}

	@AfterEach
	void everythingIsReturned() {
		LOG.removeHandler(this.recorder);
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
		assertThat(this.pool.liveBytes()).isZero();
	}

	private List<ManagedAllocator> children(int count) {
		List<ManagedAllocator> children = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			children.add(this.root.child("c" + i, (_) -> {
			}));
		}
		return children;
	}

	@Test
	void close_ofMany_logsOneLine() {
		List<ManagedAllocator> children = children(100);
		children.forEach((child) -> child.allocate(LAYOUT));
		children.get(17).allocate(Layout.ofBytes(1000));
		children.get(71).allocate(Layout.ofBytes(2000));
		ManagedAllocator grandchild = children.get(5).child("g", (_) -> {
		});
		grandchild.allocate(Layout.ofBytes(3000));
		this.root.close();
		assertThat(this.lines).containsExactly("WARNING root: closed with 103 blocks (12400 bytes) still live in 101"
				+ " allocators, most in root/c5/g (3000 bytes), root/c71 (2064 bytes), root/c17 (1064 bytes)");
		assertThat(this.root.stats().leakedBlocks()).isEqualTo(103);
	}

	@Test
	void close_ofManyThatAreExpectedToBeFull_isNoWarning() {
		for (int i = 0; i < 10; i++) {
			this.root.child("c" + i, AllocatorSpec::expectLiveAtClose).allocate(LAYOUT);
		}
		this.root.close();
		assertThat(this.lines).containsExactly("INFO root: closed with 10 blocks (640 bytes) still live in 10"
				+ " allocators, most in root/c0 (64 bytes), root/c1 (64 bytes), root/c2 (64 bytes)");
	}

	@Test
	void close_ofAFew_logsALineForEach() {
		List<ManagedAllocator> children = children(50);
		children.get(30).allocate(LAYOUT);
		this.root.child("cache", AllocatorSpec::expectLiveAtClose).allocate(Layout.ofBytes(100));
		this.root.allocate(LAYOUT);
		this.root.close();
		assertThat(this.lines).containsExactlyInAnyOrder("WARNING root: closed with 1 blocks (64 bytes) still live",
				"WARNING root/c30: closed with 1 blocks (64 bytes) still live",
				"INFO root/cache: closed with 1 blocks (100 bytes) still live");
	}

	@Test
	void close_ofEachByItself_logsALineForEach() {
		for (ManagedAllocator child : children(5)) {
			child.allocate(LAYOUT);
			child.close();
			assertThat(this.lines)
				.containsExactly("WARNING " + child.name() + ": closed with 1 blocks (64 bytes) still live");
			this.lines.clear();
		}
	}

	@Test
	void close_thatHasToWait_logsWhatIsClosedAtOnce() {
		List<ManagedAllocator> children = children(10);
		children.forEach((child) -> child.allocate(LAYOUT));
		ManagedAllocator held = this.root.child("held", (_) -> {
		});
		Region region = held.openRegion();
		region.allocate(LAYOUT);
		Race.join(Thread.ofPlatform().start(this.root::close));
		assertThat(this.root.isClosed()).isFalse();
		assertThat(this.lines).hasSize(1);
		assertThat(this.lines.getFirst()).contains("640 bytes", "10 allocators");
		region.close();
		Race.await("the root is closed", this.root::isClosed);
		assertThat(this.lines).hasSize(1);
	}

	@Test
	void refusal_ofMany_namesTheBiggest() {
		List<ManagedAllocator> children = children(200);
		children.forEach((child) -> child.allocate(LAYOUT));
		// what is retained is not in use
		children.get(3).deallocate(children.get(3).allocate(Layout.ofBytes(4000)), Layout.ofBytes(4000));
		children.get(150).allocate(Layout.ofBytes(1000));
		children.get(50).allocate(Layout.ofBytes(2000));
		children.get(90).allocate(Layout.ofBytes(3000));
		this.root.budget().setLimit(200 * 64 + 6000);
		assertThat(refusal()).endsWith("; root: limit 18800, used 18800, asked 64 <- does not fit"
				+ ", biggest children: root/c90 with 3064, root/c50 with 2064, root/c150 with 1064)");
	}

	private String refusal() {
		AllocationException ex = catchThrowableOfType(AllocationException.class, () -> this.root.allocate(LAYOUT));
		return String.valueOf(ex.getMessage());
	}

	@Test
	void refusal_ofAFew_namesTheBiggestOfThatMoment() {
		List<ManagedAllocator> children = children(20);
		this.root.budget().setLimit(100);
		MemorySegment block = children.get(1).allocate(LAYOUT);
		assertThat(refusal()).endsWith("biggest children: root/c1 with 64)");
		children.get(1).deallocate(block, LAYOUT);
		children.get(2).allocate(LAYOUT);
		assertThat(refusal()).endsWith("biggest children: root/c2 with 64)");
	}

	@Test
	void refusals_ofMany_lookAtThemNowAndThenOnly() {
		long few = bytesOfRefusals(10);
		long many = bytesOfRefusals(5_000);
		// a list of all of them would take 20,000 bytes at least
		assertThat(many / 1000).isLessThan(few / 1000 + 5_000);
	}

	private long bytesOfRefusals(int count) {
		ManagedAllocator parent = this.root.child("parent" + count, (spec) -> spec.limit(count * 64L));
		for (int i = 0; i < count; i++) {
			parent.child("c" + i, (_) -> {
			}).allocate(LAYOUT);
		}
		long before = THREADS.getCurrentThreadAllocatedBytes();
		for (int i = 0; i < 1000; i++) {
			var _ = catchThrowableOfType(AllocationException.class, () -> parent.allocate(LAYOUT));
		}
		return THREADS.getCurrentThreadAllocatedBytes() - before;
	}

	@Test
	void refusals_forRawCallers_makeNoWords() {
		GlobalAlloc raw = this.root.childBackend("raw", (_) -> {
		});
		long address = raw.allocate(64, 8);
		this.root.budget().setLimit(64);
		raw.allocate(64, 8);
		raw.reallocate(address, 64, 8, 128);
		long before = THREADS.getCurrentThreadAllocatedBytes();
		long refused = 0;
		for (int i = 0; i < 1000; i++) {
			refused += raw.allocate(64, 8) + raw.reallocate(address, 64, 8, 128);
		}
		long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
		raw.deallocate(address, 64, 8);
		assertThat(refused).isZero();
		// layouts, but no exception, which takes ten times as much
		assertThat(bytes / 2000).isLessThan(200);
		assertThat(this.root.children().getFirst().stats().failures())
			.containsEntry(AllocationException.Reason.LIMIT_EXCEEDED, 2002L);
	}

	@Test
	void close_findsBlocksOfEachKindBesideThoseOfOthers() {
		ManagedAllocator other = this.root.child("other", (_) -> {
		});
		List<ManagedAllocator> children = children(50);
		List<MemorySegment> others = new ArrayList<>();
		long[] sizes = { 64, 3000, 30_000, 100_000, 5 << 20, 20 << 20 };
		int blocks = 0;
		for (ManagedAllocator child : children) {
			Layout layout = Layout.ofBytes(sizes[blocks++ % sizes.length]);
			for (int i = 0; i < 20 && layout.size() < 200_000; i++) {
				others.add(other.allocate(layout));
			}
			MemorySegment block = child.allocate(layout);
			child.grow(block, layout, Layout.ofBytes(layout.size() + 100_000));
		}
		long leaked = 0;
		for (ManagedAllocator child : children) {
			child.close();
			assertThat(child.isClosed()).isTrue();
			assertThat(this.root.stats().leakedBlocks()).isEqualTo(++leaked);
		}
		assertThat(other.stats().liveBlocks()).isEqualTo(others.size());
		others.forEach((block) -> other.deallocate(block, Layout.ofBytes(block.byteSize())));
	}

	@Test
	void allocation_thatIsCountedAfterTheClose_doesNotReachTheBackend() {
		AtomicInteger calls = new AtomicInteger();
		GlobalAlloc counting = new GlobalAlloc() {

			@Override
			public long allocate(long size, long alignment) {
				calls.incrementAndGet();
				return ManyAllocatorsTests.this.pool.allocate(size, alignment);
			}

			@Override
			public void deallocate(long address, long size, long alignment) {
				ManyAllocatorsTests.this.pool.deallocate(address, size, alignment);
			}

		};
		ManagedAllocator tree = ManagedAllocator.root(counting, (spec) -> spec.softLimit(1));
		Handler closing = new Handler() {

			@Override
			public void publish(LogRecord line) {
				if (line.getMessage().contains("soft limit")) {
					Thread.ofPlatform().daemon().start(tree::close);
					Race.await("the close begins", () -> !tree.isOpen());
				}
			}

			@Override
			public void flush() {
			}

			@Override
			public void close() {
			}

		};
		LOG.addHandler(closing);
		try {
			AllocationException ex = catchThrowableOfType(AllocationException.class, () -> tree.allocate(LAYOUT));
			assertThat(ex.reason()).isEqualTo(AllocationException.Reason.CLOSED);
		}
		finally {
			LOG.removeHandler(closing);
		}
		Race.await("the tree is closed", tree::isClosed);
		assertThat(calls).hasValue(0);
	}

}
