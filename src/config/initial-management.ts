/** The configuration text without the management token of the first start, which is there for a moment only. */
export function withoutInitialManagement(text: string): string {
  return text.replaceAll(/^[ \t]*(?:initial_management|master)[ \t]*=.*\n/gm, '')
}
