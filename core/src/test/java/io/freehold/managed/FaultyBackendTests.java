package io.freehold.managed;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.probe.AllocationProbe;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A backend that throws from its n-th {@code deallocate}, for every n, keeps no close
 * from completing and no counter from returning to zero.
 */
class FaultyBackendTests {

	private static final class FaultyAlloc implements GlobalAlloc {

		private final GlobalAlloc system = Backends.get("system");

		private final List<Long> offered = new ArrayList<>();

		private final int faultyCall;

		private final Supplier<Throwable> fault;

		FaultyAlloc(int faultyCall, Supplier<Throwable> fault) {
			this.faultyCall = faultyCall;
			this.fault = fault;
		}

		@Override
		public long allocate(long size, long alignment) {
			return this.system.allocate(size, alignment);
		}

		@Override
		public synchronized void deallocate(long address, long size, long alignment) {
			this.offered.add(address);
			this.system.deallocate(address, size, alignment);
			if (this.offered.size() == this.faultyCall) {
				Sneaky.raise(this.fault.get());
			}
		}

	}

	static Stream<Supplier<Throwable>> faults() {
		return Stream.of(() -> new Error("fault"), () -> new IllegalArgumentException("fault"),
				() -> new IOException("fault"));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void close_endsAtZero(Supplier<Throwable> fault) {
		int n = 0;
		int calls;
		do {
			n++;
			FaultyAlloc backend = new FaultyAlloc(n, fault);
			ManagedAllocator root = ManagedAllocator.root(backend, (_) -> {
			});
			ManagedAllocator child = root.child("child", (_) -> {
			});
			for (int i = 0; i < 5; i++) {
				root.allocate(Layout.of(16 + i, 8));
				child.allocate(Layout.of(16 + i, 8));
			}
			Region region = child.openRegion();
			region.allocate(Layout.ofBytes(10_000));
			region.allocate(Layout.ofBytes(100));
			region.allocate(Layout.ofBytes(50_000));
			root.close();
			Race.await("the root is closed", root::isClosed);
			assertThat(child.isClosed()).isTrue();
			assertThat(root.budget().used()).as("fault in call %d", n).isZero();
			assertThat(child.stats().liveBlocks()).isZero();
			assertThat(root.stats().liveBlocks()).isZero();
			calls = backend.offered.size();
			assertThat(calls).isEqualTo((int) (root.stats().allocations() + child.stats().allocations()));
		}
		while (n < calls);
	}

	@ParameterizedTest
	@MethodSource("faults")
	void deallocate_backendFails_passesTheFaultOnAfterTheRefund(Supplier<Throwable> fault) {
		FaultyAlloc backend = new FaultyAlloc(1, fault);
		ManagedAllocator root = ManagedAllocator.root(backend, (_) -> {
		});
		MemorySegment block = root.allocate(Layout.of(16, 8));
		assertThatThrownBy(() -> root.deallocate(block, Layout.of(16, 8))).hasMessage("fault");
		assertThat(root.budget().used()).isZero();
		assertThat(root.stats().liveBlocks()).isZero();
		root.close();
		assertThat(root.isClosed()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("faults")
	void allocate_probeFails_handsTheBlockOut(Supplier<Throwable> fault) {
		ManagedAllocator root = ManagedAllocator.root(Backends.get("system"),
				(spec) -> spec.probe(new FaultyProbe(fault)));
		Layout layout = Layout.of(16, 8);
		MemorySegment block = root.grow(root.allocate(layout), layout, Layout.of(32, 8));
		assertThat(root.stats().liveBlocks()).isEqualTo(1);
		root.deallocate(block, Layout.of(32, 8));
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> root.allocate(Layout.of(1L << 50, 8)));
		assertThat(root.stats().liveBlocks()).isZero();
		root.close();
		assertThat(root.isClosed()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("faults")
	void close_listenerFails_completes(Supplier<Throwable> fault) {
		ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (_) -> {
		});
		root.addListener(new FaultyListener(fault));
		ManagedAllocator child = root.child("child", (_) -> {
		});
		child.close();
		assertThat(child.isClosed()).isTrue();
		assertThat(root.children()).isEmpty();
		root.close();
		assertThat(root.isClosed()).isTrue();
	}

	/**
	 * Throws whatever it is told of.
	 *
	 * @param fault makes what it throws
	 */
	private record FaultyProbe(Supplier<Throwable> fault) implements AllocationProbe {

		@Override
		public void allocated(String allocator, long address, long size) {
			Sneaky.raise(this.fault.get());
		}

		@Override
		public void deallocated(String allocator, long address, long size) {
			Sneaky.raise(this.fault.get());
		}

		@Override
		public void failed(String allocator, Layout layout, Reason reason) {
			Sneaky.raise(this.fault.get());
		}

	}

	/**
	 * Throws whatever it is told of, except when it is registered.
	 *
	 * @param fault makes what it throws
	 */
	private record FaultyListener(Supplier<Throwable> fault) implements AllocatorListener {

		@Override
		public void opened(ManagedAllocator allocator) {
			if (allocator.parent().isPresent()) {
				Sneaky.raise(this.fault.get());
			}
		}

		@Override
		public void closed(ManagedAllocator allocator) {
			Sneaky.raise(this.fault.get());
		}

	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void closeOfAHeap_endsAtZero(boolean byItsParent) {
		for (int n = 1; n <= 5; n++) {
			FaultyAlloc backend = new FaultyAlloc(n, () -> new Error("fault"));
			ManagedAllocator root = ManagedAllocator.root(backend, (_) -> {
			});
			Heap heap = root.openHeap();
			for (int i = 0; i < 5; i++) {
				heap.allocate(Layout.of(16 + i, 8));
			}
			if (byItsParent) {
				root.close();
			}
			heap.close();
			assertThat(heap.isClosed()).isTrue();
			assertThat(heap.used()).as("fault in call %d", n).isZero();
			assertThat(root.budget().used()).isZero();
			assertThat(root.stats().liveBlocks()).isZero();
			assertThat(root.stats().leakedBlocks()).isEqualTo(byItsParent ? 5 : 0);
			assertThat(backend.offered).hasSize(5);
			root.close();
			assertThat(root.isClosed()).isTrue();
		}
	}

}
