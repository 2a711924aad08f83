package io.freehold.pages;

import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Slices that pass from one extent to another while somebody looks them up.
 */
public final class ExtentMapRaces {

	private ExtentMapRaces() {
	}

	/** One slice of a map that all tests share, as slices of an allocator do. */
	private static final class Slice {

		/** So many that different ones have the same place near; far more than states. */
		private static final int COUNT = 1 << 20;

		/** Guarded by itself for writing, as it is by the page heap. */
		private static final ExtentMap MAP = new ExtentMap();

		private static final AtomicInteger LAST = new AtomicInteger();

		final long address;

		Slice() {
			this.address = (1L << 33) + ((long) (LAST.incrementAndGet() & (COUNT - 1)) << ExtentMap.SLICE_SHIFT);
		}

		void assign(@Nullable Extent extent) {
			synchronized (MAP) {
				MAP.put(this.address, ExtentMap.SLICE_SIZE, extent);
			}
		}

		@Nullable Extent find() {
			return MAP.get(this.address);
		}

	}

	/** The address of a block in a new extent is handed over properly. */
	@JCStressTest
	@Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "not handed over yet")
	@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "found and freed")
	@Outcome(expect = Expect.FORBIDDEN, desc = "the extent was not found, or the block not free to free")
	@State
	public static class ProperReader {

		private final Slice slice = new Slice();

		private volatile long published;

		public ProperReader() {
			this.slice.assign(new OnePlace(this.slice.address));
		}

		@Actor
		public void reassign() {
			this.slice.assign(null);
			OnePlace extent = new OnePlace(this.slice.address);
			this.slice.assign(extent);
			extent.setLive(0, OnePlace.LIVE);
			this.published = extent.base();
		}

		@Actor
		public void free(I_Result r) {
			long address = this.published;
			if (address == 0) {
				r.r1 = -1;
				return;
			}
			Extent extent = this.slice.find();
			r.r1 = (extent != null && extent.tryFree(address, OnePlace.LIVE)) ? 1 : 0;
		}

	}

	/** The address of a block in a new extent is handed over by a race. */
	@JCStressTest
	@Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "not handed over yet")
	@Outcome(id = { "0", "1" }, expect = Expect.ACCEPTABLE, desc = "refused, or found and freed")
	@Outcome(expect = Expect.FORBIDDEN, desc = "something that is no extent of this slice")
	@State
	public static class RacyReader {

		private final Slice slice = new Slice();

		private long published;

		public RacyReader() {
			this.slice.assign(null);
		}

		@Actor
		public void assign() {
			OnePlace extent = new OnePlace(this.slice.address);
			this.slice.assign(extent);
			extent.setLive(0, OnePlace.LIVE);
			this.published = extent.base();
		}

		@Actor
		public void free(I_Result r) {
			long address = this.published;
			if (address == 0) {
				r.r1 = -1;
				return;
			}
			Extent extent = this.slice.find();
			if (extent != null && (extent.base() != address || extent.places() != 1)) {
				r.r1 = 2;
				return;
			}
			r.r1 = (extent != null && extent.tryFree(address, OnePlace.LIVE)) ? 1 : 0;
		}

	}

	/** A block is freed once more while its slice passes to another extent. */
	@JCStressTest
	@Outcome(id = { "0", "1", "2", "3" }, expect = Expect.ACCEPTABLE, desc = "refused, in whatever extent")
	@Outcome(expect = Expect.FORBIDDEN, desc = "accepted")
	@State
	public static class StaleReader {

		private final Slice slice = new Slice();

		private final OnePlace retired = new OnePlace(this.slice.address);

		private final OnePlace chunk = new OnePlace(this.slice.address);

		private final OnePlace next = new OnePlace(this.slice.address);

		public StaleReader() {
			this.slice.assign(this.retired);
			this.retired.setLive(0, OnePlace.LIVE);
		}

		@Actor
		public void reassign() {
			this.retired.tryFree();
			this.slice.assign(this.chunk);
			this.chunk.freeClaimed(this.slice.address);
			this.slice.assign(this.next);
			this.next.setLive(0, OnePlace.OTHER);
		}

		@Actor
		public void free(I_Result r) {
			if (this.retired.state() == 2) {
				// not stale yet
				r.r1 = 0;
				return;
			}
			Extent extent = this.slice.find();
			if (extent == null) {
				r.r1 = -1;
				return;
			}
			int found = (extent == this.retired) ? 1 : (extent == this.chunk) ? 2 : 3;
			r.r1 = extent.tryFree(this.slice.address, OnePlace.LIVE) ? -2 : found;
		}

	}

}
