// Package findings is what can be asked of the operator beside the API server: the answers, as types that its API sends as
// JSON, and that the kubectl plugin and the console read. It knows neither service, and nothing of how an answer comes about.
//
// Names in it are those of the user's data room. They are for whoever may read the object that was asked about, and belong
// into no log and no metric.
package findings
