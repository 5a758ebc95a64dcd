// One connection to the desktop: noVNC, with the moment of the first picture made visible.
import RFB from '@novnc/novnc'

export class DesktopStream extends RFB {
  onFirstFrame: (() => void) | null = null
  private hasPixels = false

  protected override _handleDataRect(): boolean {
    const done = super._handleDataRect()
    this.hasPixels ||= done
    return done
  }

  protected override _framebufferUpdate(): boolean {
    const done = super._framebufferUpdate()
    // The first update may only announce a size or a cursor.
    if (done && this.hasPixels) {
      this.onFirstFrame?.()
      this.onFirstFrame = null
    }
    return done
  }
}
