package io.freehold.pages;

import java.util.concurrent.atomic.AtomicLong;

import io.freehold.internal.VirtualMemory;
import io.freehold.internal.sync.LateWarning;
import io.freehold.internal.sync.PolledLock;

import org.jspecify.annotations.Nullable;

/**
 * Maps memory and gives it back, and keeps account of both. What the system does not take
 * back is kept, counted, and tried again.
 */
final class Mappings {

	private final VirtualMemory memory;

	/** In bytes. Added to after mapping, subtracted from after unmapping. */
	private final AtomicLong bytes = new AtomicLong();

	private final PolledLock lock = new PolledLock();

	/** The first of those the system did not take back. Guarded by the lock. */
	private @Nullable Mapping stuck;

	/** Logged later: it may be found with the lock of the page heap and a bin held. */
	private final LateWarning unmapFault = new LateWarning("pooled",
			": could not unmap memory, which will be tried again");

	Mappings(VirtualMemory memory) {
		this.memory = memory;
	}

	/** Maps memory, which reads as zero; returns null if that is refused. */
	@Nullable Mapping map(long length, long alignment) {
		Mapping mapping = new Mapping();
		long address = this.memory.map(length, alignment);
		if (address == 0) {
			return null;
		}
		mapping.address = address;
		mapping.length = length;
		this.bytes.addAndGet(length);
		return mapping;
	}

	/** Gives memory back, now or later. Never throws. */
	void unmap(Mapping mapping) {
		if (!tryUnmap(mapping)) {
			this.lock.lock();
			try {
				mapping.next = this.stuck;
				this.stuck = mapping;
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/** Gives memory back if the system takes it now; returns whether it did. */
	boolean tryUnmap(Mapping mapping) {
		long length = mapping.length;
		try {
			if (!this.memory.unmap(mapping.address, length)) {
				return false;
			}
		}
		catch (Throwable ex) {
			this.unmapFault.note(ex);
			return false;
		}
		forget(length);
		return true;
	}

	/** Changes the length of a mapping in its place; returns whether that was done. */
	boolean resize(Mapping mapping, long newLength) {
		long length = mapping.length;
		if (newLength != length) {
			if (!this.memory.resize(mapping.address, length, newLength)) {
				return false;
			}
			mapping.length = newLength;
			this.bytes.addAndGet(newLength - length);
		}
		return true;
	}

	/** Takes bytes out of the account that are mapped no more. */
	void forget(long length) {
		this.bytes.addAndGet(-length);
	}

	/** Tries once more to give back what the system did not take. */
	void retry() {
		Mapping mapping;
		this.lock.lock();
		try {
			mapping = this.stuck;
			this.stuck = null;
		}
		finally {
			this.lock.unlock();
		}
		while (mapping != null) {
			Mapping next = mapping.next;
			mapping.next = null;
			unmap(mapping);
			mapping = next;
		}
	}

	/** Returns the bytes of all mappings, stuck ones included. */
	long bytes() {
		return this.bytes.get();
	}

	/** Returns the bytes of the mappings that the system did not take back. */
	long stuckBytes() {
		this.lock.lock();
		try {
			long sum = 0;
			for (Mapping mapping = this.stuck; mapping != null; mapping = mapping.next) {
				sum += mapping.length;
			}
			return sum;
		}
		finally {
			this.lock.unlock();
		}
	}

}
