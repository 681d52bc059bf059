// Package control is what both simulators offer beside the service they
// imitate: named switches for every behaviour that is not known for sure,
// faults on request, and a log of the requests that came, all under /_sim/.
//
// Its promise: nothing a simulator does beyond the documented service is
// hidden. Every switch and every fault has a name, says how strong the evidence
// for it is, and can be read back over HTTP. The package knows neither service.
package control
