package io.freehold.sweep;

import java.io.File;
import java.lang.foreign.MemorySegment;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.logging.Logger;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.pool.PooledAlloc;
import io.freehold.region.Region;

import org.jspecify.annotations.Nullable;

/**
 * The program: the first refusal and the first misuse of a class loader are struck at
 * every point. Afterwards, where nothing is missing, each must be told as what it is.
 *
 * <p>
 * The core is loaded by a new class loader for each point, so that what happens only once
 * in a class loader (class initializers, the linking of lambdas and of concatenations)
 * happens where something is missing. The classes of the JDK have been used before.
 */
public final class FirstUse {

	/** Kept, for loggers are forgotten otherwise. */
	private static final Logger LOGGER = Logger.getLogger("io.freehold");

	private static final int MAX_HANGS = 3;

	private static final long NAP = TimeUnit.MILLISECONDS.toNanos(5);

	/** When the current point began. */
	private volatile long began = System.nanoTime();

	private volatile int point;

	/** Others were given up. */
	private volatile @Nullable Thread runner;

	private final Report report = new Report(System.out);

	private final Striker striker;

	private final URL[] classes;

	private final long deadline;

	private FirstUse(Striker striker, URL[] classes, long deadline) {
		this.striker = striker;
		this.classes = classes;
		this.deadline = deadline;
	}

	/**
	 * Strikes the first uses in this JVM and exits with the number of faults, at most
	 * 100.
	 * @param arguments {@code heap} or {@code stack}, the names of {@link Use uses} with
	 * commas between them or {@code all}, the first and the last point, and the distance
	 * of points
	 */
	public static void main(String[] arguments) throws Exception {
		LOGGER.setUseParentHandlers(false);
		boolean heap = arguments[0].equals("heap");
		FirstUse program = new FirstUse(heap ? new HeapStriker() : new StackStriker(), classPath(),
				TimeUnit.SECONDS.toNanos(Long.getLong("freehold.sweep.deadline", 30)));
		int first = (arguments.length > 2) ? Integer.parseInt(arguments[2]) : 0;
		int last = (arguments.length > 3) ? Integer.parseInt(arguments[3]) : 20_000;
		int step = (arguments.length > 4) ? Integer.parseInt(arguments[4]) : 1;
		for (Use use : Use.values()) {
			if (arguments[1].equals("all") || Arrays.asList(arguments[1].split(",", -1)).contains(use.name())) {
				program.report.sweep();
				program.point = first;
				program.watch(() -> program.run(use, last, step), use);
			}
		}
		program.report.print("first use, " + arguments[0]);
		System.exit(Math.min(100, program.report.found()));
	}

	/** Starts a new thread in place of one that hangs. */
	private void watch(Runnable task, Use use) {
		int hangs = 0;
		Thread runner = start(task);
		while (runner.isAlive() && hangs < MAX_HANGS) {
			LockSupport.parkNanos(NAP);
			if (System.nanoTime() - this.began > this.deadline) {
				this.striker.release();
				this.report.fault("first " + use, this.point, "hangs", Sweep.describeStack(runner));
				hangs++;
				this.point = Math.max(this.point, 0) + 1;
				runner = start(task);
			}
		}
		this.runner = null;
	}

	private Thread start(Runnable task) {
		Thread runner = Thread.ofPlatform().daemon().stackSize(Sweeps.STACK_SIZE).unstarted(task);
		this.began = System.nanoTime();
		this.runner = runner;
		runner.start();
		return runner;
	}

	private static URL[] classPath() throws MalformedURLException {
		List<URL> urls = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
			urls.add(Path.of(entry).toUri().toURL());
		}
		return urls.toArray(URL[]::new);
	}

	private void run(Use use, int last, int step) {
		// what the JDK does for the first time is done here
		IntConsumer rehearsal = load();
		perform(rehearsal, use);
		perform(rehearsal, use);
		int successes = 0;
		while (this.point <= last && successes < this.striker.successes()) {
			int point = this.point;
			boolean success = false;
			this.began = System.nanoTime();
			try {
				success = attempt(use, point);
			}
			catch (RuntimeException | Error ex) {
				this.report.fault("first " + use, point, "next call", ex.toString());
			}
			if (this.runner != Thread.currentThread()) {
				return;
			}
			this.report.point();
			successes = success ? successes + 1 : 0;
			this.point = Math.max(point + step, this.striker.next(point, true));
		}
	}

	private boolean attempt(Use use, int point) {
		IntConsumer victim = load();
		victim.accept(-1);
		Throwable thrown = this.striker.strike(point, () -> victim.accept(use.ordinal()));
		boolean right = isRight(use, thrown);
		if (!right && (thrown == null || !this.striker.isOurs(thrown))) {
			this.report.fault("first " + use, point, "threw", describe(thrown));
		}
		for (Use next : Use.values()) {
			Throwable again = perform(victim, next);
			if (!isRight(next, again)) {
				this.report.fault("first " + use, point, "later " + next, describe(again));
			}
		}
		victim.accept(-2);
		return right;
	}

	private static @Nullable Throwable perform(IntConsumer victim, Use use) {
		try {
			victim.accept(use.ordinal());
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	private static boolean isRight(Use use, @Nullable Throwable thrown) {
		return thrown != null && thrown.getClass().getName().equals("io.freehold." + use.exception)
				&& String.valueOf(thrown.getMessage()).contains(use.message);
	}

	private static String describe(@Nullable Throwable thrown) {
		if (thrown == null) {
			return "nothing";
		}
		return thrown + ((thrown.getCause() != null) ? " caused by " + thrown.getCause() : "");
	}

	/** Makes allocators in a class loader of their own. */
	private IntConsumer load() {
		try {
			URLClassLoader loader = new URLClassLoader(this.classes, ClassLoader.getPlatformClassLoader());
			return (IntConsumer) loader.loadClass(Victim.class.getName()).getDeclaredConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What is used for the first time. */
	enum Use {

		LIMIT("AllocationException", "could not allocate 5000 bytes"),

		EXHAUSTED("AllocationException", "backend pooled refused"),

		CLOSED("AllocationException", "closed"),

		UNSUPPORTED("AllocationException", "2^47"),

		REGION_LIMIT("AllocationException", "could not allocate 5000 bytes"),

		GLOBAL("AllocationException", "pooled"),

		DOUBLE_FREE("MisuseException", "freed before"),

		WRONG_SIZE("MisuseException", "root/small"),

		INSIDE("MisuseException", "root/small"),

		FOREIGN("MisuseException", "root/other"),

		HEAP_SEGMENT("MisuseException", "heap segment"),

		REGION_MISUSE("MisuseException", "root/small"),

		GLOBAL_MISUSE("MisuseException", "pooled");

		final String exception;

		final String message;

		Use(String exception, String message) {
			this.exception = exception;
			this.message = message;
		}

	}

	/**
	 * Allocators in a class loader of their own, and their uses by number; -1 prepares,
	 * and -2 ends them.
	 */
	public static final class Victim implements IntConsumer {

		private static final Layout LAYOUT = Layout.of(100, 8);

		private static final Layout LARGER = Layout.of(5000, 8);

		private static final Layout OTHER = Layout.of(64, 8);

		private static final Layout EXHAUSTING = Layout.of(1L << 46, 8);

		private static final Layout UNSUPPORTED = Layout.of(1, 1L << 62);

		private final PooledAlloc pool = new PooledAlloc();

		private final Allocator global = Global.over(this.pool);

		private final ManagedAllocator root = ManagedAllocator.root(this.pool, Victim::nothing);

		private final ManagedAllocator small = this.root.child("small",
				(spec) -> spec.limit(4000).regionChunkSize(512));

		private final ManagedAllocator other = this.root.child("other", Victim::nothing);

		private final ManagedAllocator closed = this.root.child("closed", Victim::nothing);

		private final Region region = this.small.openRegion();

		private final MemorySegment block = this.small.allocate(LAYOUT);

		private final MemorySegment inside = this.block.asSlice(16);

		private final MemorySegment foreign = this.other.allocate(LAYOUT);

		private final MemorySegment freed = this.small.allocate(LAYOUT);

		private final MemorySegment freedGlobal = this.global.allocate(LAYOUT);

		private final MemorySegment heapSegment = MemorySegment.ofArray(new byte[100]);

		/** For the reflective call. */
		public Victim() {
		}

		private static void nothing(Object spec) {
		}

		@Override
		public void accept(int use) {
			switch (use) {
				case -2 -> end();
				case -1 -> prepare();
				case 0 -> this.small.allocate(LARGER);
				case 1 -> this.root.allocate(EXHAUSTING);
				case 2 -> this.closed.allocate(LAYOUT);
				case 3 -> this.small.allocate(UNSUPPORTED);
				case 4 -> this.region.allocate(LARGER);
				case 5 -> this.global.allocate(EXHAUSTING);
				case 6 -> this.small.deallocate(this.freed, LAYOUT);
				case 7 -> this.small.deallocate(this.block, OTHER);
				case 8 -> this.small.deallocate(this.inside, LAYOUT);
				case 9 -> this.small.deallocate(this.foreign, LAYOUT);
				case 10 -> this.small.deallocate(this.heapSegment, LAYOUT);
				case 11 -> this.region.deallocate(this.foreign, LAYOUT);
				case 12 -> this.global.deallocate(this.freedGlobal, LAYOUT);
				default -> throw new IllegalArgumentException("no such use: " + use);
			}
		}

		private void prepare() {
			this.region.allocate(LAYOUT);
			this.small.deallocate(this.freed, LAYOUT);
			this.global.deallocate(this.freedGlobal, LAYOUT);
			this.closed.close();
		}

		private void end() {
			this.small.deallocate(this.block, LAYOUT);
			this.other.deallocate(this.foreign, LAYOUT);
			this.region.close();
			this.root.close();
			this.pool.trim();
			if (!this.root.isClosed() || this.root.budget().used() != 0 || this.pool.liveBytes() != 0) {
				throw new IllegalStateException("not closed at zero");
			}
		}

	}

}
