// Package metrics shows what the operator does to Prometheus.
//
// What follows from an object's status is read from the cache at each scrape, so its series go when the object goes,
// and a restart changes nothing in them. What happens is counted where it happens, by decorators and hooks: the other
// packages don't know of this one. No label holds the name of a document, an exchange, a Division or a person.
package metrics
