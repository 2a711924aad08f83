package io.freehold.contract;

import org.junit.jupiter.api.AfterEach;

/**
 * The contract of {@link io.freehold.Allocator}. A subclass says in {@link #allocator()}
 * which allocator to test and overrides what it knows better; all tests are inherited:
 *
 * <pre>
 * class MyAllocatorTests extends AllocatorContract {
 *
 *     private final MyAllocator allocator = new MyAllocator();
 *
 *     &#64;Override
 *     public Allocator allocator() {
 *         return this.allocator;
 *     }
 *
 *     &#64;Override
 *     public void verifyAllFreed() {
 *         assertThat(this.allocator.bytesInUse()).isZero();
 *     }
 *
 * }
 * </pre>
 *
 * <p>
 * The tests free every block they take, so that what is left at the end is a leak of the
 * allocator's.
 */
public abstract class AllocatorContract implements BlockContract, ZeroSizeContract, ResizeContract, MisuseContract,
		ScriptContract, RandomProgramContract {

	/**
	 * For subclasses.
	 */
	protected AllocatorContract() {
	}

	@AfterEach
	void allFreed() {
		verifyAllFreed();
	}

}
