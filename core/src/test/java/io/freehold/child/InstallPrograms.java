package io.freehold.child;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.contract.RecordingAlloc;
import io.freehold.global.Global;
import io.freehold.spi.GlobalAlloc;

/**
 * Programs about what is installed in their JVM. Each prints what it finds.
 */
public final class InstallPrograms {

	private static final Layout LAYOUT = Layout.of(24, 8);

	/** Held from the start, which must not latch anything. */
	private static final Allocator HELD = Global.allocator();

	private InstallPrograms() {
	}

	private static void allocateAndFree(Allocator allocator) {
		MemorySegment block = allocator.allocate(LAYOUT);
		allocator.deallocate(block, LAYOUT);
	}

	/** Installs a backend before the first use. */
	public static final class InstallFirst {

		private InstallFirst() {
		}

		public static void main(String[] arguments) {
			System.out.println(Global.installed());
			RecordingAlloc mine = new RecordingAlloc(Backends.get("system"));
			RecordingAlloc apart = new RecordingAlloc(Backends.get("system"));
			Global.install(mine);
			System.out.println(Global.installed().orElseThrow() == mine);
			allocateAndFree(HELD);
			System.out.println(mine.takeCalls());
			Global.dealloc(Global.realloc(Global.allocZeroed(LAYOUT), LAYOUT, 32), Layout.of(32, 8));
			System.out.println(mine.takeCalls());
			allocateAndFree(Global.over(apart));
			System.out.println(mine.takeCalls() + " " + apart.takeCalls());
		}

	}

	/** Installs two backends. */
	public static final class InstallTwice {

		private InstallTwice() {
		}

		public static void main(String[] arguments) {
			Global.install(new Named("first"));
			try {
				Global.install(new Named("second"));
			}
			catch (IllegalStateException ex) {
				System.out.println(ex.getMessage());
			}
			System.out.println(Global.installed().orElseThrow().name());
		}

	}

	/** Uses memory first and installs a backend then. */
	public static final class UseFirst {

		private UseFirst() {
		}

		public static void main(String[] arguments) {
			System.out.println(HELD + " " + HELD.byRef() + " " + HELD.allocate(Layout.of(0, 8)).address());
			System.out.println(Global.installed());
			allocateAndFree(HELD);
			System.out.println(Global.installed().orElseThrow().name());
			try {
				Global.install(new Named("mine"));
			}
			catch (IllegalStateException ex) {
				System.out.println(ex.getMessage());
			}
		}

	}

	/** Installs a backend that fails from 4096 bytes on, and a hook. */
	public static final class HookExits {

		private HookExits() {
		}

		public static void main(String[] arguments) {
			Global.install(new Named("small"));
			Global.setAllocErrorHook((layout) -> {
				System.out.println("no " + layout);
				System.exit(0);
			});
			try {
				HELD.allocate(Layout.of(4096, 8));
			}
			catch (AllocationException ex) {
				throw Global.handleAllocError(ex.layout());
			}
		}

	}

	/** Installs and uses from many threads at once. */
	public static final class Race {

		private static final int THREADS = 8;

		private Race() {
		}

		public static void main(String[] arguments) throws Exception {
			CyclicBarrier start = new CyclicBarrier(THREADS);
			AtomicInteger installed = new AtomicInteger();
			Set<GlobalAlloc> seen = ConcurrentHashMap.newKeySet();
			try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
				List<Future<?>> results = new ArrayList<>();
				for (int i = 0; i < THREADS; i++) {
					boolean installs = i % 2 == 0;
					GlobalAlloc backend = new Named("mine" + i);
					results.add(executor.submit(() -> {
						start.await();
						if (installs) {
							install(backend, installed);
						}
						allocateAndFree(HELD);
						seen.add(Global.installed().orElseThrow());
						return installs;
					}));
				}
				for (Future<?> result : results) {
					result.get();
				}
			}
			String name = seen.iterator().next().name();
			System.out.println(seen.size() + " " + ((installed.get() == 1) == name.startsWith("mine")) + " "
					+ (installed.get() <= 1));
		}

		private static void install(GlobalAlloc backend, AtomicInteger installed) {
			try {
				Global.install(backend);
				installed.incrementAndGet();
			}
			catch (IllegalStateException ex) {
				if (!String.valueOf(ex.getMessage()).contains(backend.name())) {
					throw ex;
				}
			}
		}

	}

	/** Cannot go on. */
	public static final class Dies {

		private Dies() {
		}

		public static void main(String[] arguments) {
			if (Global.installed().isEmpty()) {
				throw Global.handleAllocError(Layout.ofBytes(42));
			}
		}

	}

	/** Uses memory. */
	public static final class UsesMemory {

		private UsesMemory() {
		}

		public static void main(String[] arguments) {
			allocateAndFree(HELD);
			System.out.println(Global.installed().orElseThrow().name());
		}

	}

	/**
	 * A backend that gives less than a page.
	 *
	 * @param name its name
	 */
	private record Named(String name) implements GlobalAlloc {

		@Override
		public long allocate(long size, long alignment) {
			return (size < 4096) ? Backends.get("system").allocate(size, alignment) : 0;
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			Backends.get("system").deallocate(address, size, alignment);
		}

	}

}
