package io.freehold.misuse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.misuse.Duel.Outcome;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stress.Pattern;
import io.freehold.stress.StressSettings;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What a backend must do that promises to detect misuse always. Each misuse is refused
 * with a {@link MisuseException} of the right kind, changes nothing, and leaves the block
 * to be freed once by its owner; then the backend goes on working.
 *
 * <p>
 * A subclass says which backend to test, and what it may answer where it knows less than
 * a complete record would.
 */
@ExtendWith(MisuseMatrixContract.SeedOnFailure.class)
public abstract class MisuseMatrixContract extends MisuseExpectations {

	private static final long ALIGNMENT = 8;

	private static final long GIB = 1L << 30;

	private final long seed = StressSettings.seed();

	private final SplittableRandom random = new SplittableRandom(this.seed);

	/** Set by the test, released after it. */
	private @Nullable Neighbourhood blocks;

	/**
	 * For subclasses.
	 */
	protected MisuseMatrixContract() {
	}

	private Neighbourhood settle(long size) {
		return settle(size, ALIGNMENT);
	}

	private Neighbourhood settle(long size, long alignment) {
		Neighbourhood settled = new Neighbourhood(backend(), size, alignment, this.random);
		this.blocks = settled;
		return settled;
	}

	/** Asserts that a call is refused and changes nothing. */
	private void refuses(Set<Kind> kinds, ThrowingCallable call) {
		Throwable thrown = catchThrowable(call);
		requireMisuse(kinds, thrown);
		verifyUnchanged();
	}

	private static void requireMisuse(Set<Kind> kinds, @Nullable Throwable thrown) {
		assertThat(thrown).as("misuse").isInstanceOf(MisuseException.class);
		if (thrown instanceof MisuseException misuse) {
			assertThat(misuse.kind()).as(misuse.toString()).isIn(kinds);
			assertThat(misuse).message().isNotBlank();
		}
	}

	/** Asserts that a call with impossible arguments is refused and changes nothing. */
	private void refusesArguments(ThrowingCallable call) {
		assertThat(catchThrowable(call)).as("nonsense")
			.isInstanceOfAny(MisuseException.class, IllegalArgumentException.class);
		verifyUnchanged();
	}

	private void verifyUnchanged() {
		verifyValid();
		if (this.blocks != null) {
			this.blocks.verify();
		}
	}

	private void free(Sample block) {
		backend().deallocate(block.address(), block.size(), block.alignment());
	}

	private long reallocate(Sample block, long newSize) {
		return backend().reallocate(block.address(), block.size(), block.alignment(), newSize);
	}

	private void freeAt(long address, Sample as) {
		backend().deallocate(address, as.size(), as.alignment());
	}

	private long reallocateAt(long address, Sample as, long newSize) {
		return backend().reallocate(address, as.size(), as.alignment(), newSize);
	}

	private static long larger(long size) {
		return 2 * size + 64;
	}

	/** Every test ends so: the block goes once, the others too, and all goes on. */
	@AfterEach
	void goesOn() {
		Neighbourhood settled = this.blocks;
		if (settled != null) {
			settled.verify();
			if (settled.isSubjectLive()) {
				Sample subject = settled.subject();
				settled.freeSubject();
				refuses(doubleFreeKinds(subject.size()), () -> free(subject));
			}
			settled.churn();
			settled.freeOthers();
			settled.churn();
			verifyValid();
		}
		verifyAllFreed();
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("a second free")
	void free_twice(long size) {
		Neighbourhood settled = settle(size);
		Sample subject = settled.subject();
		settled.freeSubject();
		refuses(doubleFreeKinds(size), () -> free(subject));
		refuses(doubleFreeKinds(size), () -> free(subject));
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("a second free with another freed between")
	void free_interleaved(long size) {
		Neighbourhood settled = settle(size);
		Sample subject = settled.subject();
		settled.freeSubject();
		Sample neighbour = settled.freeNeighbour();
		refuses(doubleFreeKinds(size), () -> free(subject));
		refuses(doubleFreeKinds(size), () -> free(neighbour));
		refuses(doubleFreeKinds(size), () -> free(subject));
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("a second free after 1024 blocks of another size came and went")
	void free_delayed(long size) {
		Neighbourhood settled = settle(size);
		Sample subject = settled.subject();
		settled.freeSubject();
		// too small, or too large, to be put where the block was
		long other = (size <= 4096) ? 20_000 : 48;
		for (int i = 0; i < 1024; i++) {
			long passing = backend().allocate(other, ALIGNMENT);
			Pattern.fill(passing, other, i);
			Pattern.verify(passing, other, i);
			backend().deallocate(passing, other, ALIGNMENT);
		}
		refuses(delayedDoubleFreeKinds(size), () -> free(subject));
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("a second free by another thread")
	void free_onAnotherThread(long size) {
		for (Thread.Builder thread : List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual())) {
			Neighbourhood settled = settle(size);
			Sample subject = settled.subject();
			settled.freeSubject();
			refuses(doubleFreeKinds(size), () -> Duel.on(thread, freeing(subject)));
			refuses(doubleFreeKinds(size), () -> free(subject));
			settled.freeOthers();
		}
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("a second free of a block that another thread freed")
	void free_freedByAnotherThread(long size) throws Exception {
		for (Thread.Builder thread : List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual())) {
			Neighbourhood settled = settle(size);
			Sample subject = settled.subject();
			Duel.on(thread, freeing(subject));
			settled.subjectIsFreed();
			refuses(doubleFreeKinds(size), () -> free(subject));
			refuses(doubleFreeKinds(size), () -> Duel.on(thread, freeing(subject)));
			settled.freeOthers();
		}
	}

	private Callable<Long> freeing(Sample block) {
		return () -> {
			free(block);
			return 0L;
		};
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("addresses that cannot be memory of anybody's")
	void anyCall_impossibleAddress(long size) {
		Sample subject = settle(size).subject();
		List<Long> addresses = new ArrayList<>(List.of(0L, 1L, 8L, 4096L, 0x7fff_ffff_f000L, -1L, -8L, -4096L,
				Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 7, ~subject.address(),
				subject.address() | Long.MIN_VALUE, subject.address() + (1L << 48)));
		for (int i = 0; i < 50; i++) {
			// beyond what processes are given
			addresses.add(this.random.nextLong() | (1L << 56));
		}
		for (long address : addresses) {
			refuses(foreignKinds(), () -> freeAt(address, subject));
			refuses(foreignKinds(), () -> reallocateAt(address, subject, larger(size)));
		}
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("wild addresses")
	void anyCall_wildAddress(long size) {
		Neighbourhood settled = settle(size);
		for (int i = 0; i < 50; i++) {
			vacant(settled, this.random.nextLong(1L << 47));
			vacant(settled, settled.subject().address() + this.random.nextLong(-GIB, GIB));
		}
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("addresses near the one of a block")
	void anyCall_wrongAddress(long size) {
		Neighbourhood settled = settle(size);
		for (long offset : new long[] { 1, 2, 8, 16, 48, size / 2, size - 1, size, size + 1, 4096, GIB, -1, -8, -16,
				-size, -4096, -GIB }) {
			if (offset != 0) {
				vacant(settled, settled.subject().address() + offset);
			}
		}
	}

	/** Tries an address that is not that of a block, after seeing to that. */
	private void vacant(Neighbourhood settled, long address) {
		Sample subject = settled.subject();
		if (address == subject.address()) {
			return;
		}
		settled.freeOtherAt(address);
		Sample around = settled.around(address);
		Set<Kind> kinds = (around != null) ? interiorKinds(around.size(), address - around.address()) : vacantKinds();
		refuses(kinds, () -> freeAt(address, subject));
		refuses(kinds, () -> reallocateAt(address, subject, larger(subject.size())));
		refuses(kinds, () -> reallocateAt(address, subject, 1));
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("memory that came from somewhere else")
	void anyCall_foreignMemory(long size) {
		Sample subject = settle(size).subject();
		foreign(MemorySegment.ofBuffer(ByteBuffer.allocateDirect((int) size + 64)), subject, foreignKinds());
		try (Arena arena = Arena.ofConfined()) {
			foreign(arena.allocate(size + 64, 64), subject, foreignKinds());
		}
		try (Arena arena = Arena.ofShared()) {
			foreign(arena.allocate(size + 64, 4096), subject, foreignKinds());
		}
		borrowed(Backends.get("system"), subject, foreignKinds());
		borrowed(anotherBackend(), subject, otherInstanceKinds());
	}

	private void borrowed(GlobalAlloc owner, Sample subject, Set<Kind> kinds) {
		long address = owner.allocate(subject.size(), ALIGNMENT);
		Sample theirs = new Sample(address, subject.size(), ALIGNMENT, this.random.nextLong()).fill();
		refuses(kinds, () -> freeAt(address, subject));
		refuses(kinds, () -> reallocateAt(address, subject, larger(subject.size())));
		refuses(kinds, () -> reallocateAt(address, subject, 1));
		theirs.verify();
		owner.deallocate(address, subject.size(), ALIGNMENT);
	}

	private void foreign(MemorySegment memory, Sample subject, Set<Kind> kinds) {
		memory.fill((byte) 7);
		for (long offset : new long[] { 0, 1, 16 }) {
			refuses(kinds, () -> freeAt(memory.address() + offset, subject));
			refuses(kinds, () -> reallocateAt(memory.address() + offset, subject, larger(subject.size())));
			refuses(kinds, () -> reallocateAt(memory.address() + offset, subject, 1));
		}
		MemorySegment expected = MemorySegment.ofArray(new byte[(int) memory.byteSize()]).fill((byte) 7);
		assertThat(memory.mismatch(expected)).as("first changed byte of somebody else's memory").isEqualTo(-1);
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("a wrong size or alignment")
	void anyCall_wrongLayout(long size) {
		Sample subject = settle(size).subject();
		List<Long> sizes = new ArrayList<>(List.of(larger(size), larger(size) * 16, size + (1L << 58), 1L << 62));
		if (size >= 64) {
			sizes.add(size / 2);
			sizes.add(1L);
		}
		for (long wrong : sizes) {
			mismatch(subject, wrong, ALIGNMENT);
		}
		long unaligned = Long.lowestOneBit(subject.address()) * 2;
		mismatch(subject, size, unaligned);
		mismatch(subject, larger(size), unaligned);
		mismatch(subject, size, 1L << 62);
	}

	private void mismatch(Sample subject, long size, long alignment) {
		Set<Kind> kinds = mismatchKinds(subject.size());
		long address = subject.address();
		refuses(kinds, () -> backend().deallocate(address, size, alignment));
		refuses(kinds, () -> backend().reallocate(address, size, alignment, 1));
		refuses(kinds, () -> backend().reallocate(address, size, alignment, subject.size()));
		refuses(kinds, () -> backend().reallocate(address, size, alignment, larger(subject.size())));
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("sizes and alignments that nothing can have")
	void anyCall_impossibleLayout(long size) {
		Sample subject = settle(size).subject();
		long address = subject.address();
		for (long wrong : new long[] { 0, -1, -size, Long.MIN_VALUE }) {
			refusesArguments(() -> backend().deallocate(address, wrong, ALIGNMENT));
			refusesArguments(() -> backend().reallocate(address, wrong, ALIGNMENT, size));
			refusesArguments(() -> backend().reallocate(address, size, ALIGNMENT, wrong));
		}
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("a lower alignment than the block's")
	void free_lowerAlignment(long size) {
		Sample subject = settle(size, 4096).subject();
		if (seesLowerAlignment(size)) {
			refuses(mismatchKinds(size), () -> backend().deallocate(subject.address(), size, ALIGNMENT));
			refuses(mismatchKinds(size), () -> backend().reallocate(subject.address(), size, ALIGNMENT, larger(size)));
		}
		else {
			// then it is a free like any other
			Objects.requireNonNull(this.blocks).subjectIsFreed();
			backend().deallocate(subject.address(), size, ALIGNMENT);
			refuses(doubleFreeKinds(size), () -> free(subject));
		}
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("growing and shrinking a freed block")
	void reallocate_freed(long size) {
		Neighbourhood settled = settle(size);
		Sample subject = settled.subject();
		settled.freeSubject();
		for (long newSize : new long[] { larger(size), size, Math.max(1, size / 2), size + 1, 1, 1L << 62 }) {
			refuses(useAfterFreeKinds(size), () -> reallocate(subject, newSize));
		}
		refuses(doubleFreeKinds(size), () -> free(subject));
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("the old address of a block that has moved")
	void anyCall_movedBlock(long size) {
		Neighbourhood settled = settle(size);
		Sample subject = settled.subject();
		long newSize = larger(size);
		long moved = reallocate(subject, newSize);
		assertThat(moved).isNotZero();
		subject.verifyKept(moved, size);
		settled.subjectIsFreed();
		Sample grown = new Sample(moved, newSize, ALIGNMENT, this.random.nextLong()).fill();
		if (moved != subject.address()) {
			refuses(doubleFreeKinds(size), () -> free(subject));
			refuses(useAfterFreeKinds(size), () -> reallocate(subject, 1));
		}
		else {
			refuses(mismatchKinds(size), () -> free(subject));
			refuses(mismatchKinds(size), () -> reallocate(subject, 1));
		}
		grown.verify();
		free(grown);
		refuses(doubleFreeKinds(newSize), () -> free(grown));
	}

	private static int rounds(long size) {
		return StressSettings.factor() * ((size <= 40_000) ? 200 : (size <= 1 << 20) ? 50 : 10);
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("of two that free a block at once one succeeds")
	void free_byTwoAtOnce(long size) throws Exception {
		for (Thread.Builder thread : List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual())) {
			Neighbourhood settled = settle(size);
			Duel.fight(thread, rounds(size), (_, bout) -> {
				Sample block = disputed(size);
				oneWins(bout.of(freeing(block), freeing(block)), racingFreeKinds(size));
			});
			verifyUnchanged();
			settled.freeSubject();
			settled.freeOthers();
		}
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("of one that frees and one that reallocates a block at once one succeeds")
	void freeAndReallocate_atOnce(long size) throws Exception {
		for (Thread.Builder thread : List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual())) {
			Neighbourhood settled = settle(size);
			Duel.fight(thread, rounds(size), (round, bout) -> {
				Sample block = disputed(size);
				long newSize = (round % 2 == 0 || size < 64) ? larger(size) : size / 2;
				boolean first = round % 4 < 2;
				List<Outcome> outcomes = first ? bout.of(freeing(block), () -> reallocate(block, newSize))
						: bout.of(() -> reallocate(block, newSize), freeing(block));
				oneWins(outcomes, racingReallocateKinds(size));
				Outcome reallocation = first ? outcomes.getLast() : outcomes.getFirst();
				if (reallocation.won()) {
					assertThat(reallocation.address()).isNotZero();
					block.verifyKept(reallocation.address(), Math.min(size, newSize));
					backend().deallocate(reallocation.address(), newSize, ALIGNMENT);
				}
			});
			verifyUnchanged();
			settled.freeSubject();
			settled.freeOthers();
		}
	}

	private Sample disputed(long size) {
		long address = backend().allocate(size, ALIGNMENT);
		assertThat(address).isNotZero();
		return new Sample(address, size, ALIGNMENT, this.random.nextLong()).fill();
	}

	private static void oneWins(List<Outcome> outcomes, Set<Kind> kinds) {
		assertThat(outcomes).as("who wins").filteredOn(Outcome::won).hasSize(1);
		for (Outcome outcome : outcomes) {
			if (!outcome.won()) {
				requireMisuse(kinds, outcome.thrown());
			}
		}
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("garbage in live blocks does not reach the backend")
	void scribble_liveBlocks(long size) {
		Neighbourhood settled = settle(size);
		List<Sample> scribbled = new ArrayList<>();
		for (int i = 0; i < ((size <= 40_000) ? 64 : 2); i++) {
			Sample block = disputed(size);
			scribble(block);
			scribbled.add(block);
		}
		settled.churn();
		for (Sample block : scribbled) {
			free(block);
			refuses(doubleFreeKinds(size), () -> free(block));
		}
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("garbage in freed blocks does not reach the backend")
	void scribble_freedBlocks(long size) {
		Neighbourhood settled = settle(size);
		if (!staysMapped(size)) {
			// nothing is there to be written to: the free must have been a complete one
			settled.freeSubject();
			refuses(doubleFreeKinds(size), () -> free(settled.subject()));
			return;
		}
		List<Sample> kept = new ArrayList<>();
		List<Sample> freed = new ArrayList<>();
		for (int i = 0; i < ((size <= 40_000) ? 128 : 4); i++) {
			((i % 2 == 0) ? kept : freed).add(disputed(size));
		}
		freed.forEach(this::free);
		freed.forEach(this::scribble);
		for (Sample block : freed) {
			refuses(doubleFreeKinds(size), () -> free(block));
		}
		settled.churn();
		kept.forEach(Sample::verify);
		settled.churn();
		kept.forEach(this::free);
	}

	private void scribble(Sample block) {
		switch (this.random.nextInt(3)) {
			case 0 -> Pattern.scribble(block.address(), block.size(), (byte) 0xff);
			case 1 -> Pattern.scribble(block.address(), block.size(), (byte) 0);
			// looks like addresses of blocks
			default -> Pattern.fill(block.address(), block.size(), block.address());
		}
	}

	/**
	 * Says how a test that failed can be repeated.
	 */
	static final class SeedOnFailure implements TestWatcher {

		@Override
		public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
			if (context.getRequiredTestInstance() instanceof MisuseMatrixContract contract) {
				System.err.println(context.getDisplayName() + " failed, " + StressSettings.repeatWith(contract.seed));
			}
		}

	}

}
