package io.freehold.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * The program: sweeps of one kind over backends, kinds of allocators and sizes.
 */
public final class Sweeps {

	/** So small that a descent to its end is short. */
	static final long STACK_SIZE = 256 << 10;

	/** Kept, for loggers are forgotten otherwise. */
	private static final Logger LOGGER = Logger.getLogger("io.freehold");

	private static final int MAX_HANGS = 12;

	private static final long NAP = TimeUnit.MILLISECONDS.toNanos(5);

	private final Report report = new Report(System.out);

	private final String kind;

	private final List<String> backends;

	private final List<Size> sizes;

	private final Pattern operations;

	private final long deadline;

	private final int step;

	private final int warmup;

	private int hangs;

	private Sweeps(String kind, List<String> backends, List<Size> sizes, Pattern operations, long deadline, int step,
			int warmup) {
		this.kind = kind;
		this.backends = backends;
		this.sizes = sizes;
		this.operations = operations;
		this.deadline = deadline;
		this.step = step;
		this.warmup = warmup;
	}

	/**
	 * Runs sweeps in this JVM and exits with the number of faults, at most 100.
	 * @param arguments {@code heap}, {@code stack}, {@code virtual} or {@code faults};
	 * then {@code backends=}, {@code sizes=}, {@code operations=} (a regular expression
	 * for what is printed as {@code allocate HEAP SMALL}), {@code deadline=} in seconds,
	 * {@code step=}, and {@code warmup=} for how often an operation is rehearsed
	 */
	public static void main(String[] arguments) {
		String backends = "pooled";
		String sizes = "SMALL";
		String operations = ".*";
		long deadline = 30;
		int step = 1;
		int warmup = 2;
		for (String argument : arguments) {
			String value = argument.substring(argument.indexOf('=') + 1);
			switch (argument.substring(0, argument.length() - value.length())) {
				case "backends=" -> backends = value;
				case "sizes=" -> sizes = value;
				case "operations=" -> operations = value;
				case "deadline=" -> deadline = Long.parseLong(value);
				case "warmup=" -> warmup = Integer.parseInt(value);
				case "step=" -> step = Integer.parseInt(value);
				default -> {
				}
			}
		}
		List<Size> all = new ArrayList<>();
		for (String size : sizes.split(",", -1)) {
			all.add(Size.valueOf(size));
		}
		Sweeps sweeps = new Sweeps(arguments[0], List.of(backends.split(",", -1)), all, Pattern.compile(operations),
				TimeUnit.SECONDS.toNanos(deadline), step, warmup);
		// what is closed with live blocks after a fault is logged, and of no interest
		LOGGER.setUseParentHandlers(false);
		sweeps.run();
		sweeps.finish();
	}

	private void run() {
		for (String backend : this.backends) {
			Setting setting = Setting.of(backend);
			for (Operation operation : Operations.all()) {
				for (Place place : Place.values()) {
					for (Size size : this.sizes) {
						if (isWanted(operation, place, size)) {
							run(setting, operation, place, size);
						}
					}
				}
			}
		}
	}

	private boolean isWanted(Operation operation, Place place, Size size) {
		return operation.places().contains(place) && (size == Size.SMALL || !operation.name().endsWith("Series"))
				&& this.operations.matcher(operation.name() + " " + place + " " + size).matches();
	}

	private void run(Setting setting, Operation operation, Place place, Size size) {
		switch (this.kind) {
			case "heap" ->
				run(new Sweep(new HeapStriker(), setting, operation, place, size, this.report, this.step, this.warmup),
						Sweeps::platform);
			case "stack" ->
				run(new Sweep(new StackStriker(), setting, operation, place, size, this.report, this.step, this.warmup),
						Sweeps::smallPlatform);
			case "virtual" ->
				run(new Sweep(new StackStriker(), setting, operation, place, size, this.report, this.step, this.warmup),
						Sweeps::virtual);
			case "faults" -> {
				for (Trap.Mode mode : Trap.Mode.values()) {
					if (place == Place.GLOBAL && mode == Trap.Mode.THROW && setting.name().equals("foreign")) {
						// what a foreign backend throws passes, and nothing is recorded
						continue;
					}
					run(new Sweep(new FaultStriker(setting, mode), setting, operation, place, size, this.report,
							this.step, this.warmup), Sweeps::platform);
				}
			}
			default -> throw new IllegalArgumentException("no such sweep: " + this.kind);
		}
	}

	/**
	 * Stops everything when so much hangs that the rest gets too little of the processor.
	 */
	private void hung() {
		this.hangs++;
		if (this.hangs == MAX_HANGS) {
			System.out.println("stopped after " + this.hangs + " hangs");
			finish();
		}
	}

	private void finish() {
		this.report.print(this.kind + " over " + this.backends);
		System.exit(Math.min(100, this.report.found()));
	}

	private void run(Sweep sweep, Function<Runnable, Thread> threads) {
		Thread runner = start(sweep, threads);
		while (!sweep.isDone()) {
			LockSupport.parkNanos(NAP);
			if (sweep.busy() > this.deadline) {
				sweep.giveUp();
				hung();
				runner = start(sweep, threads);
			}
			else if (!runner.isAlive() && !sweep.isDone()) {
				sweep.died();
			}
		}
	}

	private static Thread start(Sweep sweep, Function<Runnable, Thread> threads) {
		Thread runner = threads.apply(sweep);
		runner.start();
		return runner;
	}

	private static Thread platform(Runnable task) {
		return Thread.ofPlatform().daemon().name("sweep").unstarted(task);
	}

	private static Thread smallPlatform(Runnable task) {
		return Thread.ofPlatform().daemon().name("sweep").stackSize(STACK_SIZE).unstarted(task);
	}

	private static Thread virtual(Runnable task) {
		return Thread.ofVirtual().name("sweep").unstarted(task);
	}

}
