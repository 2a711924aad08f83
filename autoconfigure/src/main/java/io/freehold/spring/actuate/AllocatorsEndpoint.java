package io.freehold.spring.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spring.actuate.AllocatorsDescriptor.AllocatorDescriptor;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;

/**
 * Shows who holds how much native memory.
 */
@Endpoint(id = "allocators")
public class AllocatorsEndpoint {

	private final GlobalAlloc backend;

	private final ManagedAllocator root;

	/**
	 * Creates an endpoint.
	 * @param backend the backend behind the tree
	 * @param root the root of the tree
	 */
	public AllocatorsEndpoint(GlobalAlloc backend, ManagedAllocator root) {
		this.backend = backend;
		this.root = root;
	}

	/**
	 * Returns the whole tree.
	 * @return the tree
	 */
	@ReadOperation
	public AllocatorsDescriptor allocators() {
		return AllocatorsDescriptor.of(this.backend, this.root);
	}

	/**
	 * Returns one allocator and its children.
	 * @param path its full path, or the last part of it if no other has the same
	 * @return the allocator, or null if there is none
	 */
	@ReadOperation
	public @Nullable AllocatorDescriptor allocator(@Selector(match = Match.ALL_REMAINING) String... path) {
		String wanted = String.join("/", path);
		List<ManagedAllocator> found = new ArrayList<>();
		collect(this.root, (allocator) -> allocator.name().equals(wanted), found);
		if (found.isEmpty()) {
			collect(this.root, (allocator) -> allocator.name().endsWith("/" + wanted), found);
		}
		if (found.size() > 1) {
			throw new InvalidEndpointRequestException("The name '" + wanted + "' is ambiguous: use one of "
					+ found.stream().map(ManagedAllocator::name).toList(), "Ambiguous allocator name");
		}
		return found.isEmpty() ? null : AllocatorDescriptor.of(found.getFirst());
	}

	private static void collect(ManagedAllocator allocator, Predicate<ManagedAllocator> wanted,
			List<ManagedAllocator> found) {
		if (wanted.test(allocator)) {
			found.add(allocator);
		}
		allocator.children().forEach((child) -> collect(child, wanted, found));
	}

}
