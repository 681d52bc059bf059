package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// drawable has a console of Windows obey the escape sequences that draw and colour, which older ones don't by themselves.
func drawable(file *os.File) bool {
	var mode uint32
	console := windows.Handle(file.Fd())
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
