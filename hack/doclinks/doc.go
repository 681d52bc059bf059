// Package doclinks holds the documentation to what is there: every link between its pages leads to a file
// and a heading that exist, every reason, every flag and every switch, fault and request of the simulators
// has its line, and every example is one that the API server takes and the samples contain.
//
// It has tests only; `make test` runs them.
package doclinks
