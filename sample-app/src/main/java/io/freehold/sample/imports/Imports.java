package io.freehold.sample.imports;

import java.lang.foreign.MemorySegment;

import io.freehold.Allocator;
import io.freehold.sample.imports.Staging.StagedObject;
import io.freehold.sample.objects.CompressedBody;
import io.freehold.sample.objects.Compressor;
import io.freehold.spring.TransactionAllocator;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Imports files of objects, all or nothing: while the lines are checked and written to
 * the log the objects wait in the memory of the transaction. After its commit they are
 * published from there, and a rollback just drops them.
 */
@Service
class Imports {

	static final int MAX_LINES = 1000;

	private final ImportLog log;

	private final Compressor compressor;

	private final ApplicationEventPublisher events;

	Imports(ImportLog log, @TransactionAllocator Allocator allocator, ApplicationEventPublisher events) {
		this.log = log;
		this.compressor = new Compressor(allocator);
		this.events = events;
	}

	/**
	 * Imports a file.
	 * @param csv lines of key, content type and text
	 * @return what has become of it; the bytes of the objects are gone
	 * @throws io.freehold.sample.objects.ObjectException if one line cannot be imported:
	 * none is, then
	 */
	@Transactional
	public Staging run(MemorySegment csv) {
		Staging staging = new Staging(this.log.begin());
		long start = 0;
		for (int number = 1; start < csv.byteSize(); number++) {
			long end = CsvLine.indexOf(csv, start, '\n');
			long next = (end >= 0) ? end : csv.byteSize();
			stage(CsvLine.parse(number, csv.asSlice(start, next - start)), staging);
			start = next + 1;
		}
		this.events.publishEvent(staging);
		return staging;
	}

	private void stage(CsvLine line, Staging staging) {
		if (line.number() > MAX_LINES) {
			throw CsvLine.bad(line.number(), "a file may have " + MAX_LINES + " lines", null);
		}
		CompressedBody body = this.compressor.compress(line.text());
		try {
			this.log.add(staging.id(), line.description(), body);
		}
		catch (DuplicateKeyException ex) {
			throw line.bad("the key is the same as that of an earlier line", ex);
		}
		staging.add(new StagedObject(line.description(), body));
	}

}
