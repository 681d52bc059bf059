//go:build !windows

package main

import "os"

// drawable: everywhere but on Windows a terminal obeys escape sequences.
func drawable(*os.File) bool { return true }
