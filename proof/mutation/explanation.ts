/** A survivor that was looked at and is to stay. Matched by its file and by its code, before and after. */
export interface Explained {
  file: string;
  code: string;
  /** Left out where the reason holds for any change of the code. */
  instead?: string;
  /** A part of the line, where the same code stands in others as well. */
  within?: string;
  because: string;
}
