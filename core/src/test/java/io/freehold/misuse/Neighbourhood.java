package io.freehold.misuse;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.freehold.spi.GlobalAlloc;
import io.freehold.stress.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The block that is misused, between others of its size and of other sizes, and all of
 * their contents. The others stay alive to the end.
 */
final class Neighbourhood {

	private static final long[] OTHER_SIZES = { 16, 80, 700, 5000, 33_000 };

	private static final int CHURN = 3000;

	private final GlobalAlloc alloc;

	private final SplittableRandom random;

	private final List<Sample> others = new ArrayList<>();

	private final Sample subject;

	private boolean subjectLive = true;

	Neighbourhood(GlobalAlloc alloc, long size, long alignment, SplittableRandom random) {
		this.alloc = alloc;
		this.random = random;
		int side = (size <= 40_000) ? 4 : 1;
		for (int i = 0; i < side; i++) {
			this.others.add(take(size, alignment));
		}
		this.subject = take(size, alignment);
		for (int i = 0; i < side; i++) {
			this.others.add(take(size, alignment));
		}
		for (long other : OTHER_SIZES) {
			this.others.add(take(other, 8));
		}
	}

	private Sample take(long size, long alignment) {
		long address = this.alloc.allocate(size, alignment);
		if (address == 0 || address % alignment != 0) {
			throw new AssertionError("%d bytes aligned to %d: 0x%x".formatted(size, alignment, address));
		}
		return new Sample(address, size, alignment, this.random.nextLong()).fill();
	}

	private void free(Sample sample) {
		sample.verify();
		this.alloc.deallocate(sample.address(), sample.size(), sample.alignment());
	}

	/** Returns the block to misuse. */
	Sample subject() {
		return this.subject;
	}

	/** Frees the block to misuse, by its rightful owner. */
	void freeSubject() {
		free(this.subject);
		this.subjectLive = false;
	}

	/** Says that the block to misuse was freed. */
	void subjectIsFreed() {
		this.subjectLive = false;
	}

	/** Frees one of the others of the same size, and returns where it was. */
	Sample freeNeighbour() {
		Sample neighbour = this.others.removeFirst();
		free(neighbour);
		return neighbour;
	}

	/** Frees the other block that starts at an address, if there is one. */
	void freeOtherAt(long address) {
		for (Sample other : List.copyOf(this.others)) {
			if (other.address() == address) {
				this.others.remove(other);
				free(other);
			}
		}
	}

	/** Returns the live block that an address is inside of, but not the start of. */
	@Nullable Sample around(long address) {
		if (this.subjectLive && this.subject.isInside(address)) {
			return this.subject;
		}
		return this.others.stream().filter((other) -> other.isInside(address)).findAny().orElse(null);
	}

	/** Asserts that all live blocks have their content. */
	void verify() {
		if (this.subjectLive) {
			this.subject.verify();
		}
		this.others.forEach(Sample::verify);
	}

	/** Returns whether the block to misuse is still live. */
	boolean isSubjectLive() {
		return this.subjectLive;
	}

	/** Frees the others. */
	void freeOthers() {
		this.others.forEach(this::free);
		this.others.clear();
	}

	/**
	 * Asserts that blocks come and go, of the size of the misused one and of others, with
	 * their contents kept.
	 */
	void churn() {
		long size = this.subject.size();
		@Nullable Sample[] passing = new @Nullable Sample[(size <= 40_000) ? 128 : 4];
		int times = (size <= 40_000) ? CHURN : (size <= 1 << 20) ? 200 : 20;
		for (int i = 0; i < times; i++) {
			int slot = this.random.nextInt(passing.length);
			Sample old = passing[slot];
			if (old != null) {
				free(old);
			}
			passing[slot] = switch (this.random.nextInt(4)) {
				case 0 -> take(this.random.nextLong(1, 2000), 8);
				case 1 -> takeZeroed(Math.min(size, 1 << 20));
				default -> take(size, this.subject.alignment());
			};
		}
		for (Sample sample : passing) {
			if (sample != null) {
				free(sample);
			}
		}
		verify();
	}

	private Sample takeZeroed(long size) {
		long address = this.alloc.allocateZeroed(size, 8);
		if (address == 0) {
			throw new AssertionError(size + " zeroed bytes were refused");
		}
		Pattern.verifyZero(address, size);
		return new Sample(address, size, 8, this.random.nextLong()).fill();
	}

}
