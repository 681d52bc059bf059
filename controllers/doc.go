// Package controllers reconciles the two kinds. A reconcile reads top to bottom like a list of steps, calls
// no remote service, and takes milliseconds: what takes long is a run, which it starts, watches or stops.
package controllers
