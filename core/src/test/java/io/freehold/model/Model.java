package io.freehold.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.freehold.contract.FailingAlloc;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stress.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Runs a program and keeps account: which blocks are live, where they are, and what is in
 * them. Steps that would take the live bytes beyond a cap are left out.
 */
final class Model {

	/** How many bytes may be live. */
	private static final long CAP = 64L << 20;

	private final GlobalAlloc backend;

	/** Between the program and the backend, to refuse what the program wants refused. */
	private final FailingAlloc failing;

	/** Whether the backend may refuse calls of its own accord. */
	private final boolean mayRefuse;

	private final Runnable verifyValid;

	/** In the order in which they are picked by number. */
	private final List<Live> blocks = new ArrayList<>();

	/** By address. */
	private final TreeMap<Long, Live> places = new TreeMap<>();

	private long liveBytes;

	private long cookies = 0x5bd1e995_9e3779b9L;

	/** Not to be freed after a failure: it is not certain whose they are. */
	private @Nullable Live disputed;

	Model(GlobalAlloc backend, boolean mayRefuse, Runnable verifyValid) {
		this.backend = backend;
		this.failing = new FailingAlloc(backend);
		this.mayRefuse = mayRefuse;
		this.verifyValid = verifyValid;
	}

	/**
	 * Runs a program and frees what it leaves.
	 * @throws Divergence if the backend does anything but what it must
	 */
	void run(Program program) {
		int at = 0;
		try {
			for (Step step : program.steps()) {
				this.failing.exhausted(step.refused());
				step(step);
				this.verifyValid.run();
				at++;
			}
			while (!this.blocks.isEmpty()) {
				deallocate(this.blocks.size() - 1);
			}
			this.verifyValid.run();
		}
		catch (AssertionError | RuntimeException ex) {
			abandon();
			throw new Divergence(at, ex);
		}
	}

	private void step(Step step) {
		switch (step) {
			case Step.Allocate allocate -> allocate(allocate);
			case Step.Reallocate reallocate -> {
				if (!this.blocks.isEmpty()) {
					reallocate(reallocate, reallocate.pick() % this.blocks.size());
				}
			}
			case Step.Deallocate deallocate -> {
				if (!this.blocks.isEmpty()) {
					deallocate(deallocate.pick() % this.blocks.size());
				}
			}
		}
	}

	private void allocate(Step.Allocate step) {
		if (this.liveBytes + step.size() > CAP) {
			return;
		}
		GlobalAlloc alloc = this.failing;
		long address = step.zeroed() ? alloc.allocateZeroed(step.size(), step.alignment())
				: alloc.allocate(step.size(), step.alignment());
		if (address == 0) {
			requireMayRefuse(step);
			return;
		}
		Live live = enter(address, step.size(), step.alignment());
		if (step.zeroed()) {
			Pattern.verifyZero(address, step.size());
		}
		fill(live);
		this.blocks.add(live);
	}

	private void reallocate(Step.Reallocate step, int index) {
		Live old = this.blocks.get(index);
		// both may be there at the same time
		if (this.liveBytes + step.newSize() > CAP) {
			return;
		}
		verify(old);
		long moved = this.failing.reallocate(old.address, old.size, old.alignment, step.newSize());
		if (moved == 0) {
			requireMayRefuse(step);
			verify(old);
			return;
		}
		leave(old);
		// freed, and perhaps the new one's
		this.blocks.remove(index);
		Live live = enter(moved, step.newSize(), old.alignment);
		Pattern.verify(moved, Math.min(old.size, step.newSize()), old.size, old.cookie);
		fill(live);
		this.blocks.add(index, live);
	}

	private void deallocate(int index) {
		Live live = this.blocks.get(index);
		verify(live);
		leave(live);
		this.blocks.remove(index);
		this.failing.deallocate(live.address, live.size, live.alignment);
	}

	private void requireMayRefuse(Step step) {
		if (!step.refused() && !this.mayRefuse) {
			throw new AssertionError(step + " was refused with " + this.liveBytes + " bytes live");
		}
	}

	private Live enter(long address, long size, long alignment) {
		Live live = new Live(address, size, alignment, nextCookie());
		if ((address & (alignment - 1)) != 0 || address < 0) {
			throw new AssertionError(live + " is not aligned");
		}
		Map.Entry<Long, Live> below = this.places.lowerEntry(address + size);
		if (below != null && below.getValue().end() > address) {
			this.disputed = below.getValue();
			throw new AssertionError(live + " overlaps " + below.getValue());
		}
		this.places.put(address, live);
		this.liveBytes += size;
		return live;
	}

	private void leave(Live live) {
		this.places.remove(live.address);
		this.liveBytes -= live.size;
	}

	private static void fill(Live live) {
		Pattern.fill(live.address, live.size, live.cookie);
	}

	private void verify(Live live) {
		try {
			Pattern.verify(live.address, live.size, live.cookie);
		}
		catch (AssertionError ex) {
			this.disputed = live;
			throw ex;
		}
	}

	private long nextCookie() {
		long x = this.cookies++;
		x ^= x >>> 30;
		x *= 0xbf58476d1ce4e5b9L;
		x ^= x >>> 27;
		x *= 0x94d049bb133111ebL;
		return x ^ (x >>> 31);
	}

	/** Frees what is certainly ours, so that more programs can be run. */
	private void abandon() {
		for (Live live : this.blocks) {
			if (live != this.disputed) {
				try {
					this.backend.deallocate(live.address, live.size, live.alignment);
				}
				catch (RuntimeException | AssertionError ex) {
					// the failure that is about to be reported says more
				}
			}
		}
	}

	/** The backend and the model differ. */
	static final class Divergence extends AssertionError {

		private final int step;

		Divergence(int step, Throwable cause) {
			super(cause.toString(), cause);
			this.step = step;
		}

		/** Returns the index of the step that failed; beyond the last one for the end. */
		int step() {
			return this.step;
		}

	}

	/** A live block. */
	private record Live(long address, long size, long alignment, long cookie) {

		long end() {
			return this.address + this.size;
		}

		@Override
		public String toString() {
			return "the block of " + this.size + " bytes aligned to " + this.alignment + " at 0x"
					+ Long.toHexString(this.address);
		}

	}

}
