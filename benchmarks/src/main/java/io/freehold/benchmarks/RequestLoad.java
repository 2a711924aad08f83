package io.freehold.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

import com.sun.management.OperatingSystemMXBean;

import org.jspecify.annotations.Nullable;

/**
 * A closed loop of requests. A fixed number of them is in flight, each is a new virtual
 * thread, and each starts its successor when it ends.
 *
 * <p>
 * The load is split into lanes, in which one request follows another. When the measured
 * time is over, one request in each lane is unfinished. It counts with the time that it
 * has waited so far: a request that starves is not lost. What a request waited before the
 * measured time began does not count.
 */
final class RequestLoad {

	private final Request request;

	private final Lane[] lanes;

	private final CountDownLatch ended;

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private final LongSupplier clock;

	private final long origin;

	/**
	 * When the measured time begins, and when it ends, in nanoseconds from the origin.
	 */
	private final long begin;

	private final long end;

	private RequestLoad(Request request, Settings settings, LongSupplier clock) {
		this.request = request;
		this.clock = clock;
		this.origin = clock.getAsLong();
		this.lanes = new Lane[settings.requests()];
		for (int i = 0; i < this.lanes.length; i++) {
			this.lanes[i] = new Lane(i);
		}
		this.ended = new CountDownLatch(this.lanes.length);
		this.begin = TimeUnit.MILLISECONDS.toNanos(settings.warmUpMillis());
		this.end = this.begin + TimeUnit.MILLISECONDS.toNanos(settings.millis());
	}

	/**
	 * Runs the load. Returns when all requests have ended, or when the time that they are
	 * given for that after the measured time is over.
	 * @throws IllegalStateException if a request failed
	 */
	static Outcome run(Request request, Settings settings) throws InterruptedException {
		return run(request, settings, System::nanoTime);
	}

	static Outcome run(Request request, Settings settings, LongSupplier clock) throws InterruptedException {
		RequestLoad load = new RequestLoad(request, settings, clock);
		for (Lane lane : load.lanes) {
			lane.next(load.now());
		}
		load.awaitEnd(load.begin);
		long cpu = cpuTime();
		load.awaitEnd(load.end);
		cpu = cpuTime() - cpu;
		load.awaitEnd(load.end + TimeUnit.MILLISECONDS.toNanos(settings.drainMillis()));
		return load.outcome(cpu);
	}

	/** Waits for a time, or for the end of all requests if that comes first. */
	private void awaitEnd(long time) throws InterruptedException {
		this.ended.await(time - now(), TimeUnit.NANOSECONDS);
	}

	private static long cpuTime() {
		return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
	}

	private long now() {
		return this.clock.getAsLong() - this.origin;
	}

	private Outcome outcome(long cpu) {
		Throwable failure = this.failure.get();
		if (failure != null) {
			throw new IllegalStateException("a request failed", failure);
		}
		long[] unfinished = Arrays.stream(this.lanes).mapToLong(Lane::waited).toArray();
		long[] finished = Arrays.stream(this.lanes).flatMapToLong(Lane::finished).toArray();
		return Outcome.of(this.end - this.begin, cpu, finished, unfinished, (int) this.ended.getCount());
	}

	/**
	 * What a request does.
	 */
	interface Request {

		/**
		 * Serves a request.
		 * @param lane the lane it belongs to
		 * @param number how many requests there were in the lane before it
		 */
		void serve(int lane, int number);

	}

	/**
	 * Requests that follow one another. Everything but {@code started} is written by the
	 * request in flight only, and the next one sees it because it was started after that.
	 */
	private final class Lane implements Runnable {

		private final int lane;

		private int number;

		/** How long requests took that ended in the measured time. */
		private long[] times = new long[64];

		private int count;

		/**
		 * When the request in flight was started. Written after the time of the one
		 * before was noted, so that a reader sees that too.
		 */
		private volatile long started;

		Lane(int lane) {
			this.lane = lane;
		}

		void next(long now) {
			this.started = now;
			Thread.startVirtualThread(this);
		}

		@Override
		public void run() {
			try {
				RequestLoad.this.request.serve(this.lane, this.number++);
			}
			catch (Throwable ex) {
				RequestLoad.this.failure.compareAndSet(null, ex);
			}
			long now = now();
			if (now >= RequestLoad.this.end || RequestLoad.this.failure.get() != null) {
				RequestLoad.this.ended.countDown();
				return;
			}
			if (now >= RequestLoad.this.begin) {
				note(now - measuredFrom());
			}
			next(now);
		}

		private long measuredFrom() {
			return Math.max(this.started, RequestLoad.this.begin);
		}

		private void note(long time) {
			if (this.count == this.times.length) {
				this.times = Arrays.copyOf(this.times, this.count * 2);
			}
			this.times[this.count++] = time;
		}

		/** How long the request waited that was in flight when the time was over. */
		long waited() {
			return RequestLoad.this.end - measuredFrom();
		}

		/** To be called after {@link #waited}. */
		LongStream finished() {
			return Arrays.stream(this.times, 0, this.count);
		}

	}

	/**
	 * How large the load is.
	 *
	 * @param requests how many requests are in flight
	 * @param warmUpMillis how long it runs before anything is measured
	 * @param millis how long it is measured
	 * @param drainMillis how long requests have to end after that, at most
	 */
	record Settings(int requests, int warmUpMillis, int millis, int drainMillis) {

		static final Settings DEFAULT = new Settings(200, 2000, 8000, 15_000);

		/**
		 * Returns these settings with one replaced, given as {@code name=number}.
		 * @throws IllegalArgumentException if there is none of this name, or the number
		 * is not positive
		 */
		Settings with(String setting) {
			int split = setting.indexOf('=');
			String name = setting.substring(0, split);
			int number = Integer.parseInt(setting.substring(split + 1));
			if (number <= 0) {
				throw new IllegalArgumentException("settings must be positive: " + setting);
			}
			return switch (name) {
				case "requests" -> new Settings(number, this.warmUpMillis, this.millis, this.drainMillis);
				case "warm-up" -> new Settings(this.requests, number, this.millis, this.drainMillis);
				case "millis" -> new Settings(this.requests, this.warmUpMillis, number, this.drainMillis);
				case "drain" -> new Settings(this.requests, this.warmUpMillis, this.millis, number);
				default ->
					throw new IllegalArgumentException("settings are requests, warm-up, millis and drain: " + setting);
			};
		}

	}

	/**
	 * What was measured. Times are in nanoseconds.
	 *
	 * @param duration how long
	 * @param cpu the processor time of the JVM in that time
	 * @param finished how many requests ended in that time
	 * @param slowest the longest time that a request took, or waited if it was unfinished
	 * @param p999 the time that one request in a thousand exceeded
	 * @param late how many requests took or waited more than a second
	 * @param stuck how many had not even ended when the load was long over
	 */
	record Outcome(long duration, long cpu, long finished, long slowest, long p999, long late, int stuck) {

		private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

		private static final double MILLI = TimeUnit.MILLISECONDS.toNanos(1);

		static Outcome of(long duration, long cpu, long[] finished, long[] unfinished, int stuck) {
			long[] times = LongStream.concat(Arrays.stream(finished), Arrays.stream(unfinished)).sorted().toArray();
			long p999 = times[(int) Math.ceil(times.length * 0.999) - 1];
			long late = Arrays.stream(times).filter((time) -> time > SECOND).count();
			return new Outcome(duration, cpu, finished.length, times[times.length - 1], p999, late, stuck);
		}

		/** Reads what {@link #line} wrote. */
		static Outcome parse(String line) {
			long[] numbers = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
			return new Outcome(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5],
					(int) numbers[6]);
		}

		String line() {
			return this.duration + " " + this.cpu + " " + this.finished + " " + this.slowest + " " + this.p999 + " "
					+ this.late + " " + this.stuck;
		}

		double perSecond() {
			return this.finished * (double) SECOND / this.duration;
		}

		double microsPerRequest() {
			return this.duration / 1000.0 / this.finished;
		}

		double cpuMicrosPerRequest() {
			return this.cpu / 1000.0 / this.finished;
		}

		double slowestMillis() {
			return this.slowest / MILLI;
		}

		double p999Millis() {
			return this.p999 / MILLI;
		}

	}

}
