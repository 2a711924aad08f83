package io.freehold.sample.imports;

import java.time.OffsetDateTime;

/**
 * An import that was committed.
 *
 * @param id its id
 * @param started when it began
 * @param objects the number of its objects
 * @param size the size of all of them before compression, in bytes
 */
record Import(long id, OffsetDateTime started, int objects, long size) {

}
