package io.freehold.global;

/**
 * Who holds memory that was taken through {@link Global}.
 *
 * @param holder whose allocator it is, as told when it was attached
 * @param allocator the path of the allocator in its tree
 * @param backend where the memory comes from
 * @param attached whether it is attached still
 * @param current whether memory is taken from it now
 * @param bytes the bytes of its live blocks
 * @param blocks how many blocks are live
 */
public record GlobalHolder(String holder, String allocator, String backend, boolean attached, boolean current,
		long bytes, long blocks) {

}
