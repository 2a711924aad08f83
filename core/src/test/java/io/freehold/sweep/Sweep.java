package io.freehold.sweep;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.freehold.AllocationException;
import io.freehold.MisuseException;
import io.freehold.budget.Budget;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.managed.ManagedTrees;
import io.freehold.sweep.Operation.Kind;

import org.jspecify.annotations.Nullable;

/**
 * One operation, tried at every point until it succeeds. Run by one thread at a time, and
 * watched by another.
 */
final class Sweep implements Runnable {

	/*
	 * The operation is rehearsed first, where nothing is missing: what it throws then,
	 * and by how much it changes the figures, is its full effect. A try that throws
	 * anything else must have changed nothing, or everything if there is nothing to
	 * return. Then the operation is repeated, where nothing is missing, and must have its
	 * full effect.
	 */

	private static final int MAX_POINTS = 20_000;

	/** After so many points with a fault the others are hardly of interest. */
	private static final int MAX_FAULTS = 8;

	private static final long NAP = 50_000;

	private final Striker striker;

	private final Setting setting;

	private final Operation operation;

	private final Place place;

	private final Size size;

	private final Report report;

	private final int step;

	private final int rehearsals;

	private @Nullable Throwable expected;

	private Figures nothing = new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0);

	private Figures everything = this.nothing;

	private boolean rehearsed;

	/** The next point. */
	private volatile int point;

	private int successes;

	private volatile int faults;

	/** When the current try began, 0 while there is none. */
	private volatile long began;

	private volatile String phase = "";

	private volatile boolean done;

	/** Who runs this; others were given up, and must not touch anything more. */
	private volatile @Nullable Thread runner;

	Sweep(Striker striker, Setting setting, Operation operation, Place place, Size size, Report report, int step,
			int rehearsals) {
		this.striker = striker;
		this.setting = setting;
		this.operation = operation;
		this.place = place;
		this.size = size;
		this.report = report;
		this.step = step;
		this.rehearsals = rehearsals;
	}

	@Override
	public void run() {
		this.runner = Thread.currentThread();
		if (this.faults >= MAX_FAULTS || (!this.rehearsed && !rehearse())) {
			this.done = true;
			return;
		}
		while (this.successes < this.striker.successes() && this.point < MAX_POINTS && this.faults < MAX_FAULTS
				&& isRunner()) {
			int point = this.point;
			this.began = System.nanoTime();
			boolean success = this.operation.cold() ? attemptOnNewThread(point) : attempt(point);
			if (!isRunner()) {
				return;
			}
			this.began = 0;
			this.successes = success ? this.successes + 1 : 0;
			this.point = next(point);
			this.report.point();
		}
		this.done = true;
	}

	private int next(int point) {
		return Math.max(point + this.step, this.striker.next(point, this.operation.cold()));
	}

	/** For what happens only once in each thread. */
	private boolean attemptOnNewThread(int point) {
		AtomicBoolean success = new AtomicBoolean();
		Thread runner = Thread.ofPlatform()
			.daemon()
			.stackSize(Sweeps.STACK_SIZE)
			.unstarted(() -> success.set(attempt(point)));
		Thread outer = Thread.currentThread();
		this.runner = runner;
		runner.start();
		while (runner.isAlive() && this.runner == runner) {
			LockSupport.parkNanos(NAP);
		}
		if (this.runner == runner) {
			this.runner = outer;
		}
		return success.get();
	}

	private boolean isRunner() {
		return this.runner == Thread.currentThread();
	}

	boolean isDone() {
		return this.done;
	}

	/** Returns how many nanoseconds the current try has taken. */
	long busy() {
		long began = this.began;
		return (began != 0) ? System.nanoTime() - began : 0;
	}

	/** Gives up the current try, which does not end. */
	void giveUp() {
		Thread runner = this.runner;
		if (runner == null) {
			return;
		}
		this.striker.release();
		String stack = describeStack(runner);
		this.runner = null;
		fault("hangs", this.phase + ": " + stack);
		this.setting.renew();
		this.began = 0;
		this.successes = 0;
		this.faults = MAX_FAULTS;
		this.point = next(this.point);
	}

	/** Ends this sweep, whose thread has died of something unexpected. */
	void died() {
		fault("died", this.phase);
		this.done = true;
	}

	/** Describes where a thread is, in code of ours. */
	static String describeStack(Thread runner) {
		StringBuilder stack = new StringBuilder();
		for (StackTraceElement element : runner.getStackTrace()) {
			if (element.getClassName().startsWith("io.freehold.")) {
				stack.append(stack.isEmpty() ? "" : " <- ").append(element);
			}
		}
		return stack.toString();
	}

	private void fault(String category, String message) {
		this.faults = Math.addExact(this.faults, 1);
		this.report.fault(where(), this.point, category, message);
	}

	String where() {
		return this.operation.name() + " " + this.place + " " + this.size + " on " + this.setting.name();
	}

	/** Finds out what the operation does; returns whether it can be swept here. */
	private boolean rehearse() {
		for (int i = 0; i < this.rehearsals; i++) {
			this.began = System.nanoTime();
			try {
				Scene scene = prepare();
				this.nothing = scene.figures();
				this.expected = act(scene);
				this.everything = scene.figures();
				boolean refusal = this.operation.kind() == Kind.REFUSED || this.operation.kind() == Kind.MISUSED;
				if (refusal != (this.expected != null)) {
					if (this.operation.kind() == Kind.MISUSED) {
						// not seen here
						this.setting.renew();
						return false;
					}
					throw new Fault("rehearsal", "threw " + this.expected);
				}
				settle(scene, this.expected, this.nothing);
				finish(scene);
			}
			catch (RuntimeException | Error ex) {
				fault("rehearsal", describe(ex));
				this.setting.renew();
				return false;
			}
		}
		this.began = 0;
		this.rehearsed = true;
		this.report.sweep();
		return true;
	}

	private Scene prepare() {
		this.phase = "prepare";
		Scene scene = new Scene(this.setting, this.place, this.size);
		this.operation.prepare().accept(scene);
		return scene;
	}

	private @Nullable Throwable act(Scene scene) {
		this.phase = "again";
		try {
			this.operation.act().accept(scene);
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	private boolean attempt(int point) {
		@Nullable Throwable thrown = null;
		@Nullable Scene scene = null;
		try {
			scene = prepare();
			Figures before = scene.figures();
			this.phase = this.operation.name();
			thrown = this.striker.strike(point, bind(this.operation.act(), scene));
			this.phase = "check";
			boolean asExpected = isSame(thrown, this.expected);
			if (!asExpected && thrown != null && !this.striker.isOurs(thrown)) {
				throw new Fault("threw", describe(thrown));
			}
			settle(scene, thrown, before);
			requirePeak(scene);
			scene.verifyContents("after the call");
			if (asExpected || this.operation.kind() != Kind.ENDS) {
				requireValid(scene);
			}
			if (!asExpected && !isGone(scene)) {
				repeat(scene, before);
			}
			finish(scene);
			return this.striker.hadAll(asExpected);
		}
		catch (Fault ex) {
			if (!isRunner()) {
				return false;
			}
			fault(ex.category(), ex.getMessage() + ((thrown != null) ? "; the call threw " + describe(thrown) : ""));
		}
		catch (RuntimeException | Error ex) {
			if (!isRunner()) {
				return false;
			}
			fault("next call", this.phase + ": " + describe(ex)
					+ ((thrown != null) ? "; the call threw " + describe(thrown) : ""));
		}
		cleanUp(scene);
		return false;
	}

	private static Runnable bind(Consumer<Scene> act, Scene scene) {
		return () -> act.accept(scene);
	}

	/** Whether the operation freed its block although it threw. */
	private boolean isGone(Scene scene) {
		return this.operation.kind() == Kind.FREES && !scene.isLive(scene.block);
	}

	private void repeat(Scene scene, Figures before) {
		@Nullable Throwable thrown = act(scene);
		if (!isSame(thrown, this.expected)) {
			throw new Fault("repeated call", describe(thrown) + " instead of " + describe(this.expected));
		}
		settle(scene, thrown, before);
		scene.verifyContents("after the repeated call");
		requireValid(scene);
	}

	/** Verifies what the operation did and notes which blocks are live now. */
	private void settle(Scene scene, @Nullable Throwable thrown, Figures before) {
		Figures now = scene.figures();
		Figures after = before.plus(this.everything.minus(this.nothing));
		boolean normal = thrown == null;
		if (normal && this.place.isRegion() && this.striker.mayTakeLess()) {
			// a smaller chunk than usual
			after = now;
		}
		if (normal && now.backend() > after.backend() && now.backend() <= before.backend()) {
			// a block that shrinks stays in its place if there is no other one for it
			after = after.withBackend(now.backend());
		}
		if (!normal && this.place.isRegion() && now.equals(after)) {
			// the region keeps the chunk, until it is reset or closed
			before = now;
		}
		switch (this.operation.kind()) {
			case ALLOCATES -> {
				require(now, normal ? after : before);
				if (normal) {
					addResult(scene, 0);
				}
			}
			case RESIZES -> {
				require(now, normal ? after : before);
				if (normal) {
					Block old = scene.find(scene.block);
					old.verifyKept(scene.result, Math.min(old.layout().size(), scene.newLayout.size()));
					scene.remove(old);
					addResult(scene, old.layout().size());
				}
			}
			case FREES -> {
				boolean freed = normal || (now.equals(after) && !after.equals(before));
				require(now, freed ? after : before);
				if (freed || this.place.isRegion()) {
					scene.remove(scene.find(scene.block));
				}
			}
			case ALLOCATES_SERIES -> settleAllocations(scene);
			case FREES_SERIES -> settleFrees(scene, now, before, normal);
			case OPENS -> require(now, normal ? after : before);
			case CHANGES -> require(now, (normal || now.equals(after)) ? after : before);
			case ENDS -> {
				if (normal) {
					awaitEnd(scene);
					require(scene.figures(), after);
				}
				// it may have ended something, and is repeated
				scene.ended();
			}
			case REFUSED, MISUSED -> require(now, before);
		}
	}

	private void addResult(Scene scene, long kept) {
		if (this.operation.zeroed()) {
			Block.verifyZero(scene.result, kept);
		}
		scene.add(scene.target, scene.result, scene.newLayout);
	}

	private static void settleAllocations(Scene scene) {
		for (; scene.settled < scene.done; scene.settled++) {
			scene.add(scene.target, scene.series[scene.settled], scene.layout);
		}
	}

	private void settleFrees(Scene scene, Figures now, Figures before, boolean normal) {
		for (; scene.settled < scene.done; scene.settled++) {
			scene.remove(scene.find(scene.series[scene.settled]));
		}
		boolean global = scene.place == Place.GLOBAL;
		long size = global ? (this.nothing.backend() - this.everything.backend()) / scene.series.length
				: scene.layout.size();
		long freed = global ? before.backend() - now.backend() : before.used() - now.used();
		if (!normal && freed == (scene.done + 1) * size) {
			// that one is gone although the call threw
			scene.remove(scene.find(scene.series[scene.settled]));
			scene.done++;
			scene.settled++;
		}
		if (freed != scene.done * size) {
			throw new Fault("figures",
					"%d blocks of %d bytes were freed, but %d bytes".formatted(scene.done, size, freed));
		}
	}

	/** Waits for a close that others complete. */
	private void awaitEnd(Scene scene) {
		this.phase = "waiting for the end";
		while ((scene.opened instanceof ManagedAllocator allocator && !allocator.isClosed())
				|| (scene.opened instanceof Heap heap && !heap.isClosed())) {
			LockSupport.parkNanos(NAP);
		}
	}

	private static void require(Figures now, Figures expected) {
		if (!now.equals(expected)) {
			throw new Fault("figures",
					"%s instead of %s (changed by %s)".formatted(now, expected, now.minus(expected)));
		}
	}

	private void requireValid(Scene scene) {
		if (!ManagedTrees.isValid(scene.root)) {
			throw new Fault("invalid tree", "the books of the tree do not agree");
		}
		if (!this.setting.isValid()) {
			throw new Fault("invalid backend", "the structures of the backend do not agree");
		}
	}

	/** Uses everything once more, frees everything, and verifies that nothing is left. */
	private void finish(Scene scene) throws Fault {
		this.phase = "using";
		scene.root.budget().setLimit(Scene.LIMIT);
		scene.node.budget().setLimit(Scene.LIMIT / 2);
		new Tour(scene, this.operation).run();
		scene.verifyContents("after further calls");
		this.phase = "freeing";
		scene.freeAll();
		scene.close();
		requireNothing(scene);
		this.phase = "closing";
		scene.root.close();
		while (!scene.root.isClosed()) {
			LockSupport.parkNanos(NAP);
		}
		if (scene.root.stats().leakedBlocks() != 0) {
			throw new Fault("leak", scene.root.stats().leakedBlocks() + " blocks count as leaked");
		}
		requireNothing(scene);
		this.setting.trim();
		String rest = this.setting.rest();
		if (!rest.isEmpty()) {
			throw new Fault("not zero", "after everything was freed and trimmed: " + rest);
		}
		requireValid(scene);
	}

	private static void requireNothing(Scene scene) {
		Figures now = scene.figures();
		if (now.used() != 0 || now.nodeUsed() != 0 || now.blocks() != 0 || now.bytes() != 0 || now.heap() != 0
				|| now.regions() != 0 || scene.root.stats().liveBlocks() != 0) {
			throw new Fault("not zero", "after everything was freed: " + now);
		}
	}

	private static void requirePeak(Scene scene) {
		Budget budget = scene.root.budget();
		if (budget.peak() < budget.used() || (budget.peak() > Scene.LIMIT && budget.limit() == Scene.LIMIT)) {
			throw new Fault("peak", "peak is %d, used is %d".formatted(budget.peak(), budget.used()));
		}
	}

	/** Tries to give back what a faulty try has left. */
	private void cleanUp(@Nullable Scene scene) {
		this.phase = "closing after a fault";
		try {
			if (scene != null) {
				scene.close();
			}
		}
		catch (RuntimeException | Error ex) {
			// the fault has been told
		}
		try {
			if (scene != null) {
				scene.root.close();
			}
			this.setting.trim();
		}
		catch (RuntimeException | Error ex) {
			// the fault has been told
		}
		if (isRunner()) {
			this.setting.renew();
		}
	}

	private static boolean isSame(@Nullable Throwable thrown, @Nullable Throwable expected) {
		if (thrown == null || expected == null) {
			return thrown == expected;
		}
		if (thrown instanceof AllocationException one && expected instanceof AllocationException other) {
			return one.reason() == other.reason();
		}
		if (thrown instanceof MisuseException one && expected instanceof MisuseException other) {
			return one.kind() == other.kind();
		}
		return thrown.getClass() == expected.getClass();
	}

	private static String describe(@Nullable Throwable thrown) {
		if (thrown == null) {
			return "nothing";
		}
		StringBuilder text = new StringBuilder(thrown.toString());
		int frames = 0;
		for (StackTraceElement element : thrown.getStackTrace()) {
			if (element.getClassName().startsWith("io.freehold.")
					&& !element.getClassName().startsWith("io.freehold.sweep.") && frames++ < 6) {
				text.append(" <- ")
					.append(element.getClassName().substring("io.freehold.".length()))
					.append('.')
					.append(element.getMethodName())
					.append(':')
					.append(element.getLineNumber());
			}
		}
		Throwable cause = thrown.getCause();
		return (cause != null) ? text + " caused by " + cause : text.toString();
	}

}
